import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { readDotenv, type DotenvFlavour } from '../../src/django/python/libraries/dotenvFile.ts';
import { ensureDjango, importable, type DjangoVersion } from '../kit/django.ts';
import { run } from '../kit/process.ts';

/** Each reader of .env files reads as the Python package does that it stands for. */

const LINES = `# a comment
PLAIN=value
SPACES = spaced out 
EMPTY=
HASH=pa#ss
COMMENT=value # comment
HASH_AND_COMMENT=pa#ss word # comment
SINGLE='single # quoted'
DOUBLE="double # quoted"
AFTER="quoted" # comment
MIXED=it's
URL=postgres://u:p%40ss@h:5432/db?sslmode=require&x=1
EQUALS=a=b=c
BACKSLASH=C:\\dir\\new
DOLLAR=$PLAIN
BRACES=\${PLAIN}-\${MISSING:-fallback}
JSON={"a": 1}
UNICODE=žluť
INNER="say \\"hi\\""
SPACE_HASH="a" # 'b'
`;

/** Lines that a package reads otherwise in its old version, which is the one that Debian has. */
const OWN: Readonly<Record<DotenvFlavour, { lines: string; module: string; version: DjangoVersion; code: string }>> = {
  'python-dotenv': {
    lines: `${LINES}export EXPORTED=yes\nNEWLINE="a\\nb"\nTAB='a\\tb'\nLINES="one\ntwo"\nWINDOWS="C:\\\\new"\nAPOSTROPHE='it\\'s'\nNONE\nGARBAGE="a" b\n\n  INDENTED = x\n`,
    module: 'dotenv',
    version: '5.2',
    code: 'import dotenv, sys; values = {k: v for k, v in dotenv.dotenv_values(sys.argv[1]).items() if v is not None}',
  },
  'django-environ': {
    lines: LINES,
    module: 'environ',
    version: '3.2',
    code: 'import environ, os, sys; before = set(os.environ); environ.Env.read_env(sys.argv[1]); values = {k: v for k, v in os.environ.items() if k not in before}',
  },
  'python-decouple': {
    lines: `${LINES}NEWLINE="a\\nb"\n`,
    module: 'decouple',
    version: '3.2',
    code: 'import decouple, sys; values = decouple.RepositoryEnv(sys.argv[1]).data',
  },
};

let folder = '';
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dsm-dotenv-'));
});
after(async () => rm(folder, { recursive: true, force: true }));

/** All before the first test: what is registered after an await may come after the end of the tests. */
const CASES = await Promise.all(
  Object.entries(OWN).map(async ([flavour, own]) => {
    const django = await ensureDjango(own.version);
    const python = 'python' in django ? django.python : '';
    const found = python !== '' && (await importable(python, [own.module])).length > 0;
    const skip = 'skip' in django ? django.skip : found ? false : `${python} has no ${own.module}`;
    return { flavour, python, skip, ...own };
  }),
);

for (const { flavour, lines, module, code, python, skip } of CASES) {
  test(`reads as ${flavour} does`, { skip }, async () => {
    const file = path.join(folder, `${module}.env`);
    await writeFile(file, lines);
    const output = await run(python, ['-c', `${code}\nimport json\nprint(json.dumps(dict(values)))`, file]);
    const read = readDotenv(lines, flavour as DotenvFlavour, () => undefined);
    assert.deepEqual(Object.fromEntries(read), JSON.parse(output));
  });
}
