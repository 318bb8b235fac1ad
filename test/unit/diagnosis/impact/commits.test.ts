import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  blamedCommits,
  commitAnnotation,
  NAMES_DEPLOYMENT,
  subjectOf,
} from '../../../../src/diagnosis/impact/changes/commits.ts';
import { nearestCause } from '../../../../src/diagnosis/impact/changes/nearestCause.ts';
import { changePointText, intervalText } from '../../../../src/diagnosis/impact/impactTexts.ts';
import type { Annotation } from '../../../../src/history/ranges/annotations.ts';

const AT = Date.UTC(2026, 1, 3, 14, 2);
const LOCALE = { locale: 'en' };
const ago = (minutes: number, kind: Annotation['kind'], text: string): Annotation => {
  return { kind, at: new Date(AT - minutes * 60_000), text };
};

test('a message is one line of what can be seen', () => {
  assert.equal(subjectOf('\n  Throttle\tsessions \u202Eback\u0007\nbody'), 'Throttle sessions back');
  const long = subjectOf('x'.repeat(100_000));
  assert.equal(long.length, 100);
  assert.ok(long.endsWith('…'));
  assert.equal(subjectOf(''), '');
});

test('a commit is a mark that names what it touched', () => {
  const commit = {
    hash: 'abc1234def',
    at: new Date(AT),
    subject: 'Throttle',
    files: ['a.py', 'b.py', 'c.txt', 'd.yml'],
  };
  assert.deepEqual(commitAnnotation(commit), {
    kind: 'commit',
    at: new Date(AT),
    text: 'Commit abc1234 of a.py, b.py, c.txt and 1 more: “Throttle”',
    data: { hash: 'abc1234def' },
  });
});

test('blame is read by the hashes alone, whoever the lines are of', () => {
  const blame = [
    'abc1234f (0000000 (not a hash) 2026-02-03 10:00:00 +0100 1) MIDDLEWARE = [',
    '^def5678 (Kim 2026-02-03 10:00:00 +0100 2)     "x",',
    '00000000 (Not Committed Yet 2026-02-03 10:00:00 +0100 3) ]',
    'abc1234f settings.py (Kim 2026-02-03 10:00:00 +0100 4) # renamed',
    '',
  ].join('\n');
  assert.deepEqual(blamedCommits(blame), ['abc1234f', 'def5678', undefined, 'abc1234f', undefined]);
});

test('files that say what is installed and run are known by their names', () => {
  const count = ['requirements.txt', 'requirements-dev.txt', 'docker-compose.prod.yml', 'compose.yaml', 'uv.lock'];
  for (const name of count) assert.match(name, NAMES_DEPLOYMENT);
  for (const name of ['notes.txt', 'models.py', 'composer.json']) assert.doesNotMatch(name, NAMES_DEPLOYMENT);
});

test('a change is told with what happened last before it, and never with what came long after', () => {
  const commit = ago(1, 'commit', 'Commit abc1234 of settings.py: “Throttle”');
  const happened = [ago(60, 'restart', 'The application was restarted'), commit, ago(-10, 'rollback', 'later')];
  const cause = nearestCause(AT, [...happened, ago(0, 'alertFiring', 'no cause')]);
  assert.equal(cause, commit);
  const text = changePointText({ at: AT, ratio: 0.15 }, cause, LOCALE);
  assert.match(
    text,
    /^Saves −85% since \d+:02.PM, 1 minute after: commit abc1234 of settings\.py: “Throttle”$|^Saves −85% since .*, 1 minute after: commit abc1234/u,
  );
  assert.equal(nearestCause(AT, [ago(25 * 60, 'commit', 'old')]), undefined);
  assert.match(
    changePointText({ at: AT, ratio: 4 }, undefined, LOCALE),
    /^Saves 4 times as many since .* Nothing is known/,
  );
});

test('an interval has its smaller change first, and is never shown as a point', () => {
  assert.equal(intervalText({ low: 0.13, high: 0.17 }), '−83% to −87%');
  assert.equal(intervalText({ low: 1.1, high: 1.3 }), '+10% to +30%');
  assert.equal(intervalText({ low: 0.1412, high: 0.1448 }), '−85.5% to −85.9%');
});
