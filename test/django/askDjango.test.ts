import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { Problem } from '../../src/common/problem.ts';
import { askDjango, type AskOptions } from '../../src/django/project/askDjango.ts';
import { ensureDjango } from '../kit/django.ts';
import { LITERAL, managePy, START } from './corpus/kit.ts';

const django = await ensureDjango('5.2');
const python = 'python' in django ? django.python : '';

let folder = '';
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dsm-ask-'));
});
after(async () => rm(folder, { recursive: true, force: true }));

async function project(name: string, settings: string): Promise<string> {
  const root = path.join(folder, name);
  await mkdir(path.join(root, 'shop'), { recursive: true });
  await writeFile(path.join(root, 'manage.py'), managePy('shop.settings'));
  await writeFile(path.join(root, 'shop', '__init__.py'), '');
  await writeFile(path.join(root, 'shop', 'settings.py'), START + settings);
  return root;
}

const environment = { PATH: process.env.PATH };

async function problemOf(options: Omit<AskOptions, 'environment'> & Partial<AskOptions>): Promise<Problem> {
  try {
    await askDjango({ environment, ...options });
  } catch (error) {
    assert.ok(error instanceof Problem, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: 'it was answered' });
}

suite('askDjango', { skip: 'skip' in django ? django.skip : false }, () => {
  test('answers what only running can know, whatever is printed beside it', async () => {
    const root = await project(
      'answers',
      `${LITERAL}print('noise { <<')\nDATABASES['default']['NAME'] = '-'.join(['sh', 'op'])[::1]\n`,
    );
    const answer = await askDjango({ root, python, environment });
    assert.equal(answer.databases[0]?.name, 'sh-op');
    assert.equal(answer.source, 'django');
    assert.deepEqual(
      (await readdir(path.join(root, 'shop'))).sort(),
      ['__init__.py', 'settings.py'],
      'it leaves nothing behind',
    );
  });

  test('passes the settings module on', async () => {
    const root = await project('module', 'DATABASES = {}\n');
    await writeFile(path.join(root, 'shop', 'other.py'), START + LITERAL);
    const answer = await askDjango({ root, python, environment, settingsModule: 'shop.other' });
    assert.deepEqual([answer.settingsModule, answer.databases[0]?.host], ['shop.other', 'db.example.org']);
  });

  test('an interpreter that is not there', async () => {
    const root = await project('missing', LITERAL);
    assert.equal((await problemOf({ root, python: path.join(root, 'python') })).code, 'interpreter-missing');
  });

  test('an interpreter without Django', async () => {
    const root = await project('without', LITERAL);
    // -S would need another argument list: a path that is empty hides site-packages just as well.
    await writeFile(path.join(root, 'python'), `#!/bin/sh\nexec ${python} -S "$@"\n`, { mode: 0o755 });
    assert.equal((await problemOf({ root, python: path.join(root, 'python') })).code, 'django-missing');
  });

  test('settings that crash, without their secrets', async () => {
    const crashes: readonly (readonly [string, RegExp])[] = [
      ["import os\nX = os.environ['MISSING_VARIABLE']\n", /KeyError: 'MISSING_VARIABLE'/],
      ['import no_such_package\n', /No module named 'no_such_package'/],
      ["int('hunter2')\n", /ValueError: .*'…'/],
      ["raise RuntimeError('cannot reach postgres://app:hunter2@db/x')\n", /RuntimeError/],
      ["import os\nraise LookupError('bad ' + os.environ['API_TOKEN'])\n", /LookupError: bad …/],
    ];
    for (const [i, [settings, expected]] of crashes.entries()) {
      const root = await project(`crash-${i}`, settings);
      const problem = await problemOf({ root, python, environment: { ...environment, API_TOKEN: 'hunter2' } });
      assert.equal(problem.code, 'settings-crash', settings);
      assert.match(problem.why, expected);
      assert.ok(!problem.message.includes('hunter2'), problem.message);
    }
  });

  /** The child of the settings writes its process id, then both wait. */
  const WAITS = `import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])
with open(os.path.join(os.path.dirname(__file__), 'pid'), 'w') as f:
    f.write(str(child.pid))
os.rename(os.path.join(os.path.dirname(__file__), 'pid'), os.path.join(os.path.dirname(__file__), 'child.pid'))
time.sleep(600)
`;

  async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  const isGone = async (pid: number): Promise<boolean> => {
    const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
    return state.includes(') Z');
  };

  for (const [how, code] of [
    ['cancelled', 'django-cancelled'],
    ['out of time', 'django-timeout'],
  ] as const) {
    test(`${how}: all that was started is ended`, { skip: process.platform !== 'linux' }, async () => {
      const root = await project(how.replaceAll(' ', '-'), WAITS);
      const file = path.join(root, 'shop', 'child.pid');
      const controller = new AbortController();
      const timeoutMs = how === 'cancelled' ? 60_000 : 8_000;
      const failed = problemOf({ root, python, signal: controller.signal, timeoutMs });
      if (how === 'cancelled') {
        await until(async () => (await readFile(file, 'utf8').catch(() => '')) !== '');
        controller.abort();
      }
      const problem = await failed;
      assert.equal(problem.code, code);
      const pid = Number(await readFile(file, 'utf8'));
      assert.ok(pid > 0);
      await until(() => isGone(pid));
    });
  }
});
