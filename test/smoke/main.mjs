import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath, runTests } from '@vscode/test-electron';
import { makeProject } from './project.mjs';

/** node main.mjs VSIX [VERSION]: installs the package into a VS Code of its own, as a person would, and has it read a project. */
const [vsix, version = 'stable'] = process.argv.slice(2);
if (vsix === undefined) throw new Error('Name the VSIX.');
const here = dirname(fileURLToPath(import.meta.url));
// With a space and an umlaut, as folders of people have.
const folder = await mkdtemp(join(tmpdir(), 'dsm smöke '));
try {
  const port = await closedPort();
  const project = join(folder, 'project');
  await makeProject(project, port);
  // Short names: macOS has sockets below it, whose paths may not be long.
  const data = join(folder, 'd');
  const own = ['--user-data-dir', data, '--extensions-dir', join(folder, 'e')];
  const executable = await downloadAndUnzipVSCode(version);
  const [cli, ...args] = resolveCliArgsFromVSCodeExecutablePath(executable);
  const isWindows = process.platform === 'win32';
  // On Windows it is a batch file, which is started by a shell; what it is given stands in quotes.
  const quoted = (words) => (isWindows ? words.map((word) => `"${word}"`) : words);
  const install = [...args.filter((arg) => !/^--(?:user-data|extensions)-dir/u.test(arg)), ...own];
  const { status } = spawnSync(
    isWindows ? `"${cli}"` : cli,
    quoted([...install, '--install-extension', resolve(vsix)]),
    {
      stdio: 'inherit',
      shell: isWindows,
    },
  );
  if (status !== 0) throw new Error(`The package was not installed: code ${status}`);
  // The tests need an extension in development; it is an empty one, so that ours is the installed one.
  const development = join(folder, 'development');
  await mkdir(development);
  const manifest = { name: 'smoke', publisher: 'test', version: '0.0.1', engines: { vscode: '^1.100.0' } };
  await writeFile(join(development, 'package.json'), JSON.stringify(manifest));
  await runTests({
    vscodeExecutablePath: executable,
    extensionDevelopmentPath: development,
    extensionTestsPath: join(here, 'suite.cjs'),
    launchArgs: [project, ...own, '--disable-workspace-trust', '--skip-welcome', '--disable-telemetry'],
    extensionTestsEnv: { SMOKE_LOGS: join(data, 'logs'), SMOKE_PORT: String(port) },
  });
} finally {
  // VS Code may still hold a file there for a moment.
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 500 });
}

/** A port that was free a moment ago, so that nothing answers there. */
async function closedPort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}
