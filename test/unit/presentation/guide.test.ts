import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ranText, type StatementOutcome } from '../../../src/presentation/guide/ranText.ts';
import { newSessionKey, signSession } from '../../kit/sessions.ts';

const text = (...outcomes: StatementOutcome[]): string =>
  ranText({ file: 'MONITORING.md', line: 12, target: 'shop on db:5432', at: new Date(0), outcomes }, 'en');

const NOTHING = { hasMore: false, tookMs: 3, notes: [] };

test('a result is a table that stays as it is', () => {
  const said = text(
    {
      statement: 'SELECT state, count(*)\nFROM pg_stat_activity',
      result: {
        ...NOTHING,
        columns: ['state', 'count'],
        rows: [
          ['idle', '12'],
          [null, '3'],
        ],
      },
    },
    { statement: 'SELECT 1 WHERE false', result: { ...NOTHING, columns: [], rows: [] } },
    { statement: 'DELETE FROM django_session', problem: 'The server refused it.' },
  );
  assert.match(said, /^MONITORING\.md, line 12, run read-only on shop on db:5432 at\s/u);
  assert.ok(
    said.includes(
      '\n    SELECT state, count(*)\n    FROM pg_stat_activity\n\nstate  count\n─────  ─────\nidle      12\nNULL       3\n\n2 rows, 3 ms.',
    ),
  );
  assert.match(said, /No row\. 0 rows/u);
  assert.match(said, /DELETE FROM django_session\n\nThe server refused it\.$/u);
});

test('keys and payloads are shown in part, whatever their columns are called', () => {
  const key = newSessionKey();
  const payload = signSession({ cart: [1, 2, 3], _auth_user_id: '7' }, { secretKey: 'secret', at: new Date(0) });
  const said = text({
    statement: 'SELECT *',
    result: {
      ...NOTHING,
      columns: ['session_key', 'a', 'query'],
      rows: [[key, payload, `UPDATE django_session SET x = '${payload}' WHERE session_key = '${key}'`]],
    },
  });
  assert.doesNotMatch(said, new RegExp(`${key}|${payload.slice(0, 30)}`, 'u'));
  assert.match(said, new RegExp(`${key.slice(0, 4)}…`, 'u'));
  assert.match(said, /\(payload of \d+ characters\)/u);
});

test('what would change how the text is seen is written out', () => {
  const said = text({
    statement: 'SELECT \u202e1 --\u200bx',
    result: { ...NOTHING, columns: ['a\u2066b'], rows: [['c\rd\ne']] },
  });
  assert.match(said, /SELECT \\u202e1 --\\u200bx/u);
  assert.match(said, /a\\u2066b/u);
  assert.match(said, /c\\u000dd e/u);
});
