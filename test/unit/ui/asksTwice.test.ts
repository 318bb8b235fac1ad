import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { secondQuestion, WRITES, type WriteId } from '../../../src/presentation/texts/productionQuestion.ts';

/** Production asks twice before anything that writes, ends or loads something, and nothing goes around it. */

const UI = join(import.meta.dirname, '../../../src/ui');
const files = readdirSync(UI, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name: name.replaceAll('\\', '/'), text: readFileSync(join(UI, name), 'utf8') }));

const LIVE = { name: 'Live', target: 'shop on db.example.org:5432', production: true };

for (const id of Object.keys(WRITES) as WriteId[]) {
  test(`${WRITES[id].title}: in production what is typed decides, elsewhere the first question is enough`, () => {
    const second = secondQuestion(id, LIVE) ?? assert.fail('nothing is asked');
    assert.equal(second.text, 'Live');
    assert.match(second.title, / in production$/);
    assert.match(
      second.prompt,
      /^shop on db\.example\.org:5432 is a production database, and .*\. Type .* Live to go on;/,
    );
    assert.equal(secondQuestion(id, { ...LIVE, production: false }), undefined);
    assert.equal(secondQuestion(id, undefined), undefined);
  });
  test(`${WRITES[id].title}: asked for in one place`, () => {
    const asking = files.filter(({ text }) => new RegExp(`confirm(Write|Typed)\\(\\s*'${id}'`).test(text));
    const byVariable = id === 'cancel' || id === 'terminate' ? /confirmWrite\(ending,/ : undefined;
    const all = [...asking, ...files.filter(({ text }) => byVariable?.test(text) === true)];
    assert.equal(all.length, 1, all.map(({ name }) => name).join());
  });
}

/** What writes, ends or loads something, as src/ui calls it. */
const WRITING =
  /\b(openToWrite|runVisibly|applyChanges|undoChanges|runBenchmark|endHolder|endBackend|deleteByKeys|service\.restart)\(/;
/** Where it is made, and what asks before by other means. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'common/runVisibly.ts': 'runs what was asked for',
  'rollback/applyChanges.ts': 'changes what was asked for',
  'rollback/undoChanges.ts': 'as it was before, from the message about what was done',
  'rollback/rollback.ts': 'offers to undo what was done',
};

test('whatever writes stands beside the question', () => {
  const writing = files.filter(({ text }) => WRITING.test(text));
  assert.ok(writing.length >= 10);
  const unasked = writing.filter(({ text }) => !/\bconfirm(Write|Typed)\(/.test(text)).map(({ name }) => name);
  assert.deepEqual(unasked.toSorted(), Object.keys(ELSEWHERE).toSorted());
});

/** Questions of other kinds, with why they are none of these. */
const OTHER_QUESTIONS: Readonly<Record<string, string>> = {
  'common/confirmWrite.ts': 'the one way',
  'commands/connect.ts': 'what to do about a connection that fails',
  'commands/connections.ts': 'where a password goes; a connection leaves the settings, or counts as production no more',
  'export/exportMonitoring.ts': 'files for other systems, in a folder that was chosen',
  'guide/runBlock.ts': 'in a transaction that cannot write',
  'settings/reviewWishes.ts': 'what the workspace may',
};

test('no other question than the one that asks twice in production stands before a write', () => {
  const modal = files.filter(({ text }) => text.includes('modal: true')).map(({ name }) => name);
  assert.deepEqual(modal.toSorted(), Object.keys(OTHER_QUESTIONS).toSorted());
});
