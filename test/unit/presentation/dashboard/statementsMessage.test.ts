import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unknown, type Measured } from '../../../../src/common/measured.ts';
import type { StatementMetrics } from '../../../../src/postgres/table/readings.ts';
import { planDocument, planNote } from '../../../../src/presentation/dashboard/statementPlan.ts';
import { statementsMessage, type StatementsMessage } from '../../../../src/presentation/dashboard/statementsMessage.ts';
import { parseToDashboard } from '../../../../src/webview/protocol/protocol.ts';
import { snapshot } from '../../monitoring/samples.ts';

const AT = new Date('2026-01-02T03:04:05Z');
const UPDATE = { queryId: '-42', query: 'UPDATE django_session', calls: 2, totalMs: 3, meanMs: 1.5, rows: 2 };

function message(statements?: Measured<readonly StatementMetrics[]>): StatementsMessage {
  const other = unknown('Not read here.');
  const cost = { statements: 1, serverMs: 1, roundTripMs: 1 };
  const detail =
    statements === undefined
      ? {}
      : {
          detail: {
            at: AT,
            statements,
            indexes: other,
            sample: other,
            saves: other,
            tables: other,
            space: other,
            cost,
          },
        };
  const made = statementsMessage({
    connection: { id: 'shop' },
    monitor: { snapshot: { ...snapshot(), ...detail }, partial: [] },
  });
  assert.deepEqual(parseToDashboard(made), made);
  return made;
}

test('statements are told with the time of their reading and what is hidden', () => {
  assert.deepEqual(message({ how: 'exact', value: [UPDATE], at: AT, note: '3 statements are hidden' }), {
    type: 'statements',
    of: 'shop',
    readAt: AT.getTime(),
    reason: '',
    next: '',
    note: '3 statements are hidden.',
    rows: [{ id: '-42', text: 'UPDATE django_session', calls: 2, totalMs: 3, meanMs: 1.5, rows: 2 }],
  });
});

test('what is unknown says why and what to do, never an empty list of statements alone', () => {
  const hidden = message(unknown('The role may not read it.', 'GRANT it.'));
  assert.deepEqual(
    [hidden.reason, hidden.next, hidden.readAt, hidden.rows],
    ['The role may not read it.', 'GRANT it.', null, []],
  );
  const { snapshot: before, ...none } = { snapshot: snapshot() };
  const { detail: _, ...without } = before;
  const early = statementsMessage({ connection: { id: 'shop' }, monitor: { ...none, snapshot: without, partial: [] } });
  assert.match(early.reason, /not been read yet/);
  const problem = {
    code: 'x',
    what: 'The details could not be read',
    why: 'It took too long.',
    next: 'Wait.',
    transient: true,
  };
  const failed = statementsMessage({
    connection: { id: 'shop' },
    monitor: { snapshot: without, partial: [{ reading: 'detail', problem, since: AT }] },
  });
  assert.deepEqual([failed.reason, failed.next], ['The details could not be read: It took too long.', 'Wait.']);
});

test('a plan in an editor stands under its statement, with what it is', () => {
  const text = planDocument(' SELECT $1 ', planNote(1), 'Result  (cost=0.00..0.01 rows=1 width=32)');
  assert.match(text, /^SELECT \$1\n\nThe generic plan: .* nothing was executed\.\n\nResult {2}\(cost=.*\)\n$/);
  assert.match(planNote(0), /^The plan: .* nothing was executed\.$/);
});
