import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readCleanupLog } from '../../../src/core.ts';

const FOLDER = join(import.meta.dirname, 'cleanup-logs');
const NOW = new Date('2025-11-12T12:00:00Z');

/** "=== title", the log, "--->", and the right answer: a line a run, and "next" with a date or "none". */
function casesOf(text: string): { title: string; log: string; answer: string[] }[] {
  return text
    .split(/^=== /mu)
    .slice(1)
    .map((part) => {
      const [head = '', answer = ''] = part.split('--->\n');
      const [title = '', ...lines] = head.split('\n');
      return {
        title,
        log: lines.join('\n'),
        answer: answer
          .trim()
          .split('\n')
          .filter((line) => line !== ''),
      };
    });
}

for (const file of readdirSync(FOLDER)) {
  for (const { title, log, answer } of casesOf(readFileSync(join(FOLDER, file), 'utf8'))) {
    test(`${file}: ${title}`, () => {
      const eol = title.includes('lines of Windows') ? '\r\n' : '\n';
      const { runs, nextDue } = readCleanupLog(log.replaceAll('\n', eol), { now: NOW });
      const wanted = answer.filter((line) => !line.startsWith('next '));
      const said = runs.map(({ outcome, startedAt, deleted, remaining, failure }) => ({
        outcome,
        at: startedAt?.toISOString(),
        deleted,
        remaining,
        failure,
      }));
      assert.equal(runs.length, wanted.length, JSON.stringify(said));
      wanted.forEach((line, i) => {
        const run = said[i];
        const [, outcome = '', rest = ''] = /^(\S+) ?(.*)$/u.exec(line) ?? [];
        const [facts = '', why] = rest.split('why=');
        assert.ok(outcome.split('?').includes(run?.outcome ?? ''), `${line}: ${JSON.stringify(said)}`);
        for (const key of ['at', 'deleted', 'remaining'] as const) {
          const value = new RegExp(`${key}=(\\S+)`, 'u').exec(facts)?.[1];
          assert.equal(run?.[key]?.toString(), value, `${key}: ${JSON.stringify(said)}`);
        }
        if (why !== undefined)
          assert.ok(
            why.split('?').some((words) => run?.failure?.includes(words)),
            JSON.stringify(said),
          );
      });
      const next = answer.find((line) => line.startsWith('next '))?.slice(5);
      if (next !== undefined) assert.equal(nextDue?.toISOString() ?? 'none', next);
    });
  }
}

test('a line by itself means one thing', () => {
  const wrong = readFileSync(join(import.meta.dirname, 'cleanup-lines', 'lines.txt'), 'utf8')
    .split('\n')
    .filter((line) => line.includes(' | '))
    .flatMap((line) => {
      const [expected, text] = line.split(' | ', 2);
      const [run, ...others] = readCleanupLog(text ?? '', { now: NOW }).runs;
      const { outcome = 'nothing', deleted, remaining } = run ?? {};
      const said = [outcome, deleted, remaining].filter((part) => part !== undefined).join(' ');
      return said === expected && others.length === 0 ? [] : [`${line}: ${said}`];
    });
  assert.deepEqual(wrong, []);
});
