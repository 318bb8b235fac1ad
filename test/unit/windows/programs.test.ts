import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findProgram, startable, type Machine } from '../../../src/common/programFile.ts';
import { takeName } from '../../../src/common/writeWhole.ts';
import { findInterpreter } from '../../../src/django/project/findInterpreter.ts';
import { personsFile, readPassfile, readService } from '../../../src/postgres/target/libpqFiles.ts';
import { resolveTarget } from '../../../src/postgres/target/target.ts';
import { ROOT } from '../../kit/node24.ts';
import { readSourceTree } from '../../kit/sourceTree.ts';

const DOCKER = 'C:\\Program Files\\Docker\\Docker\\resources\\bin\\docker.exe';
const PROJECT = 'C:\\Users\\Jörg Müller\\My Projects\\shop';

function windows(files: readonly string[], environment: Machine['environment'] = {}): Machine {
  const there = new Set(files.map((file) => file.toLowerCase()));
  return {
    platform: 'win32',
    environment: {
      Path: 'C:\\Windows\\System32;C:\\Program Files\\Docker\\Docker\\resources\\bin;.;;C:\\Tools',
      PATHEXT: '.COM;.EXE;.BAT;.CMD;.VBS',
      SystemRoot: 'C:\\Windows',
      ...environment,
    },
    isFile: (file) => there.has(file.toLowerCase()),
  };
}

const PROGRAMS: readonly (readonly [
  what: string,
  name: string,
  files: readonly string[],
  found: string | undefined,
])[] = [
  ['a name on the Path', 'docker', [DOCKER], DOCKER],
  ['with its ending', 'docker.exe', [DOCKER], DOCKER],
  ['in another case', 'Docker.EXE', [DOCKER], DOCKER],
  ['a batch file', 'gcloud', ['C:\\Tools\\gcloud', 'C:\\Tools\\gcloud.CMD'], 'C:\\Tools\\gcloud.CMD'],
  ['the script for Unix beside it is none', 'gcloud', ['C:\\Tools\\gcloud'], undefined],
  ['a name with a dot', 'python3.12', ['C:\\Tools\\python3.12.exe'], 'C:\\Tools\\python3.12.exe'],
  ['one of the project is not found by its name', 'docker', [`${PROJECT}\\docker.exe`], undefined],
  ['but by its path', '.\\docker', [`${PROJECT}\\docker.exe`], `${PROJECT}\\docker.exe`],
  ['with slashes', 'tools/run.exe', [`${PROJECT}\\tools\\run.exe`], `${PROJECT}\\tools\\run.exe`],
  ['a whole path', DOCKER, [DOCKER], DOCKER],
  ['nothing', 'podman', [DOCKER], undefined],
];

for (const [what, name, files, found] of PROGRAMS)
  test(`a program on Windows: ${what}`, () => {
    assert.equal(findProgram(name, PROJECT, windows(files))?.toLowerCase(), found?.toLowerCase());
  });

test('a copied environment, in which names have a case again, is read in any', () => {
  const machine = windows([DOCKER], { Path: undefined, PATH: 'C:\\Program Files\\Docker\\Docker\\resources\\bin' });
  assert.equal(
    findProgram('docker', PROJECT, { ...machine, environment: { PATH: machine.environment['PATH'] } }),
    DOCKER.replace(/exe$/u, 'EXE'),
  );
});

test('a program is started by its file, a batch file by the system’s command processor, and nothing by a shell elsewhere', () => {
  assert.deepEqual(startable('docker', ['ps', '--filter', 'a b'], PROJECT, windows([DOCKER])), {
    program: DOCKER.replace(/exe$/u, 'EXE'),
    args: ['ps', '--filter', 'a b'],
  });
  const started = startable(
    'az',
    ['--name', 'a & calc', 'C:\\x y\\'],
    PROJECT,
    windows(['C:\\Tools\\az.CMD', `${PROJECT}\\cmd.exe`]),
  );
  assert.equal(started.program, 'C:\\Windows\\System32\\cmd.exe');
  assert.equal(started.verbatim, true);
  assert.deepEqual(started.args.slice(0, 4), ['/d', '/v:off', '/s', '/c']);
  assert.equal(started.args[4], '""C:\\Tools\\az.CMD" "--name" "a & calc" "C:\\x y\\\\""');
  for (const argument of ['"', '%PATH%', 'a"&calc"', 'a\nb', '!x!'])
    assert.throws(() => startable('az', [argument], PROJECT, windows(['C:\\Tools\\az.CMD'])), /batch file/u, argument);
  assert.throws(() => startable('none', [], PROJECT, windows([])), { code: 'ENOENT' });
  for (const platform of ['linux', 'darwin'] as const)
    assert.deepEqual(startable('az', ['%"'], '/', { platform, environment: {}, isFile: () => false }), {
      program: 'az',
      args: ['%"'],
    });
});

const VENV = `${PROJECT}\\.venv\\Scripts\\python.exe`;
const STORE = 'C:\\Users\\Jörg Müller\\AppData\\Local\\Microsoft\\WindowsApps';
const INTERPRETERS: readonly (readonly [what: string, files: readonly string[], found: string | undefined])[] = [
  ['of the environment', [VENV, 'C:\\Windows\\py.exe'], VENV],
  [
    'of one above',
    [`C:\\Users\\Jörg Müller\\My Projects\\venv\\Scripts\\python.exe`],
    `C:\\Users\\Jörg Müller\\My Projects\\venv\\Scripts\\python.exe`,
  ],
  ['not of an environment that was made on Linux', [`${PROJECT}\\.venv\\bin\\python`], undefined],
  ['the launcher', ['C:\\Windows\\py.exe'], 'C:\\Windows\\py.exe'],
  [
    'the stand-in of the shop only where there is no other',
    [`${STORE}\\python.exe`, 'C:\\Windows\\py.exe'],
    'C:\\Windows\\py.exe',
  ],
  ['the one of the shop', [`${STORE}\\python.exe`], `${STORE}\\python.exe`],
];

for (const [what, files, found] of INTERPRETERS)
  test(`the interpreter on Windows: ${what}`, async () => {
    const there = new Set(files);
    const interpreter = await findInterpreter(
      PROJECT,
      { workspaceFolder: 'C:\\Users\\Jörg Müller\\My Projects', searchPath: `${STORE};C:\\Windows;.;` },
      { platform: 'win32', isExecutable: (file) => Promise.resolve(there.has(file)) },
    );
    assert.equal(interpreter?.path, found);
  });

const WINDOWS = {
  env: { APPDATA: 'C:\\Users\\me\\AppData\\Roaming' },
  home: 'C:\\Users\\me',
  platform: 'win32',
} as const;
const MACOS = { env: {}, home: '/Users/me', platform: 'darwin' } as const;

test('the files of libpq lie where libpq has them', () => {
  const there = 'C:\\Users\\me\\AppData\\Roaming\\postgresql';
  assert.equal(personsFile('passfile', WINDOWS), `${there}\\pgpass.conf`);
  assert.equal(personsFile('service', WINDOWS), `${there}\\.pg_service.conf`);
  assert.equal(personsFile({ tls: 'root.crt' }, WINDOWS), `${there}\\root.crt`);
  assert.equal(personsFile('passfile', MACOS), '/Users/me/.pgpass');
  assert.equal(personsFile('service', MACOS), '/Users/me/.pg_service.conf');
  assert.equal(personsFile({ tls: 'postgresql.key' }, MACOS), '/Users/me/.postgresql/postgresql.key');
});

test('on Windows a passfile has no mode to be judged by, lines end in two characters, and no socket is looked for', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'dsm-windows-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const passfile = join(folder, 'pgpass.conf');
  await writeFile(passfile, 'localhost:5432:shop:app:geheim\r\n');
  await chmod(passfile, 0o644);
  const parameters = { passfile, host: 'localhost', port: '5432', dbname: 'shop', user: 'app' };
  assert.equal(readPassfile(parameters, WINDOWS)?.password, 'geheim');
  assert.equal(readPassfile(parameters, MACOS), undefined);
  const services = join(folder, 'pg_service.conf');
  await writeFile(services, '\uFEFF[shop]\r\nhost=db.example.org\r\npassword=ge;heim\r\n');
  assert.deepEqual(readService('shop', services, WINDOWS), { host: 'db.example.org', password: 'ge;heim' });
  assert.equal(resolveTarget('dbname=shop user=app', undefined, WINDOWS).host, 'localhost');
});

test('a file that Windows keeps for another program gets its name when it is let go, elsewhere at once or not', async () => {
  for (const code of ['EPERM', 'EACCES', 'EBUSY']) {
    let tries = 0;
    const rename = (): Promise<void> =>
      ++tries < 4 ? Promise.reject(Object.assign(new Error(code), { code, syscall: 'rename' })) : Promise.resolve();
    await takeName('a.part', 'a', { platform: 'win32', rename });
    assert.equal(tries, 4);
    tries = 0;
    await assert.rejects(takeName('a.part', 'a', { platform: 'linux', rename }), { code });
    assert.equal(tries, 1);
  }
});

/** Where the product asks what differs between systems; who adds a place adds a case for Windows above. */
const PLACES: readonly (readonly [what: string, RegExp, files: readonly string[]])[] = [
  ['starts programs', /node:child_process/u, ['common/runProcess.ts']],
  ['has a shell read a line', /ShellExecution|sendText|\bshell: (?:true|options)/u, []],
  [
    'asks for the platform',
    /process\.platform/u,
    [
      'common/runProcess.ts',
      'common/writeWhole.ts',
      'django/project/findInterpreter.ts',
      'django/python/libraries/standardLibrary.ts',
      'postgres/target/libpqFiles.ts',
      'services/restart/planRestart.ts',
    ],
  ],
  [
    'asks for a folder of the person or of the system',
    /homedir\(|tmpdir\(|'(?:HOME|USERPROFILE|APPDATA)'/u,
    ['postgres/target/libpqFiles.ts'],
  ],
  [
    'asks which folders are open, of which some may be virtual',
    /workspace\.workspaceFolders|workspaceFolders[^}]*\} = vscode\.workspace/u,
    ['ui/commands/throttle.ts', 'ui/common/foldersOnDisk.ts', 'ui/common/runVisibly.ts', 'ui/settings/wishes.ts'],
  ],
  ['sends signals', /process\.kill\(|\.kill\(/u, ['common/runProcess.ts']],
];

const SOURCES = readSourceTree().map(({ path }) => ({ path, text: readFileSync(join(ROOT, 'src', path), 'utf8') }));

for (const [what, says, files] of PLACES)
  test(`what ${what} is known`, () => {
    const found = SOURCES.filter(({ text }) => says.test(text));
    assert.deepEqual(
      found.map(({ path }) => path),
      files,
    );
  });
