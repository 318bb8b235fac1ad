import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import type { RollbackAction } from '../../src/django/rollback/rollback.ts';
import { ensureDjango, type DjangoVersion } from '../kit/django.ts';
import { run } from '../kit/process.ts';
import { copySample } from '../kit/sample.ts';
import { carryOut } from '../processes/django/rollback/carryOut.ts';

/** The sample project's settings as real Django reads them: before, after a rollback, and after it was undone. */

const THROTTLE = 'config.middleware.ThrottledSessionMiddleware';
const SETTINGS = join('config', 'settings', 'base.py');

/** What a rollback should make of `manage.py diffsettings`, line by line. */
type Lines = ReadonlyMap<string, string>;

const without = (lines: Lines): Lines =>
  new Map(lines).set('MIDDLEWARE', (lines.get('MIDDLEWARE') ?? '').replace(`'${THROTTLE}', `, ''));

const EXPECTED: readonly (readonly [RollbackAction, (lines: Lines) => Lines])[] = [
  ['disable', without],
  ['fullRollback', (lines) => new Map(without(lines)).set('SESSION_SAVE_EVERY_REQUEST', 'True')],
];

for (const version of ['3.2', '5.2'] satisfies DjangoVersion[]) {
  test(`Django ${version} sees the rollback and its undoing, and nothing else`, async (t) => {
    const django = await ensureDjango(version);
    if ('skip' in django) return t.skip(django.skip);
    const folder = await copySample();
    t.after(() => rm(dirname(folder), { recursive: true, force: true }));
    const env = {
      PATH: process.env['PATH'],
      DJANGO_SETTINGS_MODULE: 'config.settings.dev',
      PYTHONDONTWRITEBYTECODE: '1',
    };
    const manage = (...args: string[]): Promise<string> =>
      run(django.python, ['manage.py', ...args], { cwd: folder, env, timeoutMs: 120_000 });
    const settings = async (): Promise<Lines> => {
      assert.match(await manage('check'), /no issues/);
      // Without the marks for what differs from Django's own defaults.
      const lines = (await manage('diffsettings', '--all')).split('\n').map((line) => line.replace(/^### /, ''));
      return new Map(
        lines.map((line) => [
          line.split(' = ')[0] ?? '',
          line
            .split(' = ')
            .slice(1)
            .join(' = ')
            .replace(/ {2}###$/, ''),
        ]),
      );
    };
    const file = join(folder, SETTINGS);
    const apply = async (action: RollbackAction): Promise<void> => {
      const text = await readFile(file, 'utf8');
      await writeFile(file, carryOut(text, action));
    };
    const original = await readFile(file, 'utf8');
    const before = await settings();
    assert.match(before.get('MIDDLEWARE') ?? '', new RegExp(THROTTLE));
    assert.equal(before.get('SESSION_SAVE_EVERY_REQUEST'), 'False');
    for (const [action, expected] of EXPECTED) {
      await apply(action);
      assert.deepEqual(await settings(), expected(before), action);
      await apply('restore');
      assert.equal(await readFile(file, 'utf8'), original);
      assert.deepEqual(await settings(), before, `after restore from ${action}`);
    }
  });
}
