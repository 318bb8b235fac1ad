import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHECKS } from '../../../../src/django/settings/checks/checks.ts';
import { fixesFor, type Fix } from '../../../../src/django/settings/checks/fixes.ts';
import { parseSettings } from '../../../../src/django/settings/checks/settingsFile.ts';
import { applyEdits } from '../../../../src/django/settings/text/edits.ts';
import { THROTTLE } from '../rollback/corpus.ts';
import { execute, type Execution } from '../rollback/python.ts';
import { fixCases, SESSION, type FixCase } from './corpus.ts';

/** CPython is the judge: each file is executed before and after its fixes. */

interface Fixed extends FixCase {
  readonly fix: Fix;
  readonly after: string;
}

const CASES = fixCases().filter(({ code, text }) => parseSettings(text).problems.some((p) => p.code === code));
const FIXED = CASES.flatMap(({ code, text }): Fixed[] => {
  const problem = parseSettings(text).problems.find((p) => p.code === code);
  assert.ok(problem !== undefined);
  return fixesFor(text, problem).map((fix) => ({ code, text, fix, after: applyEdits(text, fix.edits) }));
});

const listOf = ({ names }: Execution): string[] => JSON.parse(names?.['middleware'] ?? '[]') as string[];

function moved(list: readonly string[]): string[] {
  const rest = list.filter((entry, i) => entry !== THROTTLE || i !== list.indexOf(THROTTLE));
  return rest.toSpliced(rest.indexOf(SESSION) + 1, 0, THROTTLE);
}

/** What a fix should make of the list. */
const LISTS: Readonly<Record<string, (list: readonly string[]) => readonly string[]>> = {
  'throttle-before-session': moved,
  'throttle-without-session': (list) => list.toSpliced(list.indexOf(THROTTLE), 0, SESSION),
  'throttle-listed-twice': (list) => {
    const kept = list.findIndex((entry, i) => entry === THROTTLE && i > list.indexOf(SESSION));
    const at = kept === -1 ? list.indexOf(THROTTLE) : kept;
    return list.filter((entry, i) => entry !== THROTTLE || i === at);
  },
};

/** Titles that do not say what they set. */
const USED: Readonly<Record<string, readonly [string, string]>> = {
  'Use the database engine': ['SESSION_ENGINE', `'django.contrib.sessions.backends.db'`],
  'Use JSONSerializer': ['SESSION_SERIALIZER', `'django.contrib.sessions.serializers.JSONSerializer'`],
};

/** Names that a fix of the list may change. */
const LIST_NAMES = new Set(['MIDDLEWARE', 'MIDDLEWARE_CLASSES', 'BASE', 'middleware']);

test('every check is in the corpus, and most cases of each have a fix', () => {
  for (const { code } of CHECKS) {
    const cases = CASES.filter((c) => c.code === code);
    const fixed = cases.filter(({ text }) => FIXED.some((f) => f.code === code && f.text === text));
    const share = fixed.length / cases.length;
    assert.ok(cases.length >= 9 && share >= 0.5, `${code}: ${fixed.length} of ${cases.length}`);
  }
  assert.ok(FIXED.length > 500, String(FIXED.length));
});

test(`${FIXED.length} fixes do what their title says and nothing else`, () => {
  const before = execute(FIXED.map(({ text }) => text));
  const after = execute(FIXED.map((fixed) => fixed.after));
  for (const [i, { code, text, fix, after: fixed }] of FIXED.entries()) {
    const shown = `${code}: ${fix.title}\n${text}\n-----\n${fixed}`;
    const [had, has] = [before[i] ?? {}, after[i] ?? {}];
    assert.deepEqual([had.error, has.error], [undefined, undefined], shown);
    const change = LISTS[code];
    assert.deepEqual(listOf(has), change === undefined ? listOf(had) : change(listOf(had)), shown);
    const set = /^Set (\w+) = /.exec(fix.title)?.[1] ?? USED[fix.title.split(' (', 1)[0] ?? '']?.[0];
    const other = ([name]: [string, string]): boolean =>
      name !== set && !(change !== undefined && LIST_NAMES.has(name));
    const [left, right] = [had, has].map(({ names }) => Object.entries(names ?? {}).filter(other));
    assert.deepEqual(right, left, shown);
    const value = /^Set \w+ = (True|False|\d+)/.exec(fix.title)?.[1] ?? USED[fix.title.split(' (', 1)[0] ?? '']?.[1];
    if (value !== undefined && set !== undefined) assert.equal(has.names?.[set], value, shown);
    assert.ok(!parseSettings(fixed).problems.some((p) => p.code === code), shown);
    assert.match(fix.title, /^(?:Move|Add|Remove|Set|Use) \S/);
  }
});
