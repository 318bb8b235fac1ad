import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCheck } from '../../../src/diagnosis/routine/gatherChecks.ts';
import { teamChecks } from '../../../src/diagnosis/routine/teamChecks.ts';
import { openStore, temporaryFolder } from '../history/folder.ts';
import { exact } from '../monitoring/samples.ts';
import { before, HOUR, NOW } from '../services/support.ts';
import { APART_S, reading170, soundSources } from './weeks.ts';

const GOOD = { id: 'backup-restored', title: 'Restore a backup', period: 'monthly' };

test('a bad entry is named with what is wrong about it, and the good ones count all the same', () => {
  const entries: readonly (readonly [entry: unknown, says: RegExp])[] = [
    ['backup', /^Entry 2: it is not an object\.$/u],
    [{ ...GOOD, id: 'Backup Restored' }, /^Entry 3 \("Backup Restored"\): "id" has to be lower-case words/u],
    [{ ...GOOD, id: 'table-size' }, /^Entry 4 \("table-size"\): there is a check with this id already\.$/u],
    [{ ...GOOD }, /^Entry 5 \("backup-restored"\): there is a check with this id already\.$/u],
    [{ ...GOOD, id: 'a', title: ' ' }, /^Entry 6 \("a"\): "title" has to be a text of 1 to 120/u],
    [{ ...GOOD, id: 'a', period: 'yearly' }, /"period" has to be one of daily, weekly, monthly\.$/u],
    [{ ...GOOD, id: 'a', due: 'monday' }, /"due" is not known/u],
    [{ ...GOOD, id: 'a', evidence: { metric: 'sessions.expird', maximum: 1 } }, /there is no "sessions\.expird"\.$/u],
    [{ ...GOOD, id: 'a', evidence: { metric: 'writes.changes', maximum: 1 } }, /"writes\.changes" is no number/u],
    [{ ...GOOD, id: 'a', evidence: { metric: 'sessions.expired' } }, /needs a minimum, a maximum, or both/u],
    [
      { ...GOOD, id: 'a', evidence: { metric: 'sessions.expired', maximum: '5' } },
      /"evidence\.maximum" has to be a number/u,
    ],
    [{ ...GOOD, id: 'a', evidence: { metric: 'sessions.expired', minimum: 2, maximum: 1 } }, /is greater than/u],
    [{ ...GOOD, id: 'a', evidence: [] }, /"evidence" has to be an object/u],
    [null, /^Entry 15: it is not an object\.$/u],
  ];
  const { checks, problems } = teamChecks([GOOD, ...entries.map(([entry]) => entry)], ['table-size']);
  assert.deepEqual(
    checks.map(({ id }) => id),
    ['backup-restored'],
  );
  assert.equal(problems.length, entries.length);
  entries.forEach(([, says], i) => assert.match(problems[i] ?? '', says));
  assert.deepEqual(teamChecks({}, []).problems, ['It has to be a list of checks.']);
  const many = Array.from({ length: 60 }, (_, i) => ({ ...GOOD, id: `check-${i}` }));
  assert.deepEqual(
    [teamChecks(many, []).checks.length, teamChecks(many, []).problems],
    [50, ['Only the first 50 of the 60 entries are used.']],
  );
});

test('bounds hold for every reading of the period: one beyond them fails, too few readings do not pass', async (t) => {
  const store = await openStore(t, temporaryFolder(t));
  for (let ago = 6 * HOUR; ago > 0; ago -= APART_S) {
    const expired = exact(ago > 3 * HOUR && ago < 3 * HOUR + APART_S * 1.5 ? 900 : 100);
    store.add(reading170({ light: { sessions: { expired } } }, before(ago)));
  }
  const judge = async (evidence: object, period = 'daily'): Promise<readonly [string, string | undefined]> => {
    const [check] = teamChecks([{ ...GOOD, period, evidence: { metric: 'sessions.expired', ...evidence } }], []).checks;
    const verdict = await runCheck(check ?? assert.fail(), soundSources(store), NOW);
    return [verdict.outcome, verdict.evidence[0]];
  };
  assert.equal((await judge({ maximum: 1000 }))[0], 'passed');
  assert.equal((await judge({ maximum: 899 }))[0], 'failed');
  assert.equal((await judge({ minimum: 101 }))[0], 'failed');
  assert.equal((await judge({ minimum: 100, maximum: 900 }))[0], 'passed');
  assert.deepEqual(await judge({ maximum: 899 }), [
    'failed',
    'Expired: 100 to 900, 100 in the median; it has to stay at 899 or below.',
  ]);
  // Six hours are a quarter of a day, and hardly any of a week.
  assert.equal((await judge({ maximum: 1000 }, 'weekly'))[0], 'needsALook');
  assert.equal((await judge({ metric: 'table.growth', maximum: 1 }))[0], 'needsALook');
  const [unjudged] = teamChecks([GOOD], []).checks;
  const verdict = await runCheck(unjudged ?? assert.fail(), soundSources(store), NOW);
  assert.equal(verdict.outcome, 'needsALook');
});
