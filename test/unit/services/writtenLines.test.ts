import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { isWritten, writtenLines } from '../../../src/services/cleanupService/command/writtenLines.ts';
import { ROOT } from '../../kit/node24.ts';

const none = (): undefined => undefined;

void test('what a script may write is known where all that it calls is', async () => {
  const sample = await readFile(join(ROOT, 'test', 'sample', 'scripts', 'session_cleanup.sh'), 'utf8');
  const lines = writtenLines(sample, none) ?? [];
  for (const [line, expected] of [
    ['[Session Cleanup] Running cleanup at Sat Nov  9 14:00:00 UTC 2025', true],
    ['Successfully deleted 150 expired sessions. Remaining: 1250 sessions', true],
    ['2025-11-09T14:00:01Z [Session Cleanup] Next run in 24 hours', true],
    ['Next run in 24 hours', true],
    ['[Session Cleanup] Cleanup completed. Next run tomorrow at 03:00 UTC', false],
    ['Deleted 150 sessions', false],
  ] as const)
    assert.equal(isWritten(line, lines), expected, line);
});

void test('anything may be written by what is not known', () => {
  for (const script of [
    './cleanup',
    'python manage.py purge',
    'cat log',
    'date',
    'set -ex; python manage.py clearsessions',
    'a() { b; }; a',
  ])
    assert.equal(writtenLines(script, none), undefined, script);
  for (const script of [
    '',
    'python manage.py clearsessions',
    'exec python3 /app/manage.py clearsessions --verbosity 2',
    'date > f',
    'a() { sleep 1; }; a; while true; do x=$(b); done',
  ])
    assert.deepEqual(writtenLines(script, none), [], script);
});

void test('a management command of the project writes what its strings say', () => {
  const source = `class Command(BaseCommand):
    help = "Clears sessions"
    def handle(self, *args, **options):
        self.stdout.write(self.style.SUCCESS(f"Successfully deleted {count} expired sessions. Remaining: {left} sessions"))
        logger.info('Cleaned %d of %s', a, b)`;
  const lines = writtenLines('while sleep 60; do python manage.py purge_sessions; done', (name) =>
    name === 'purge_sessions' ? source : undefined,
  );
  assert.ok(isWritten('INFO Successfully deleted 150 expired sessions. Remaining: 1250 sessions', lines ?? []));
  assert.ok(isWritten('Cleaned 5 of 6', lines ?? []));
  assert.ok(!isWritten('Deleted 5 sessions', lines ?? []));
});
