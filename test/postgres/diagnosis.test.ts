import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isKnown } from '../../src/common/measured.ts';
import { savesIn, watchLoad, writingShare } from '../../src/postgres/diagnosis/watchLoad.ts';
import { DJANGO_SESSION } from '../../src/postgres/table/tableName.ts';
import { createSessionTable, fillSessions, TrafficSimulator } from '../kit/sessions.ts';
import { newDatabase, onEachMajor, SECRET_KEY } from './support.ts';

/** What a diagnosis reads of the server, with real sessions and locks. */

onEachMajor('what a diagnosis reads', (bench) => {
  it('counts the saves while it watches, whose sessions they were of, and what they took', async () => {
    const admin = await newDatabase(bench, 'watched');
    await admin.query('CREATE EXTENSION pg_stat_statements');
    await createSessionTable(admin);
    await admin.query("CREATE ROLE blind LOGIN PASSWORD 'test-password'; GRANT SELECT ON django_session TO blind");
    await fillSessions(admin, { rows: 500, secretKey: SECRET_KEY });
    const connectionString = bench.server.connectionString('watched');
    const traffic = new TrafficSimulator({
      connectionString,
      secretKey: SECRET_KEY,
      savesPerMinute: 6_000,
      visitors: 5,
    });
    await traffic.start();
    const db = await bench.monitor('watched');
    const blind = await bench.monitor('watched', {
      connectionString: bench.server.connectionString('watched', 'blind', 'test-password'),
    });
    const [watch, seenByBlind] = await Promise.all(
      [db, blind].map((each) => watchLoad(each, DJANGO_SESSION, { seconds: 1.5 })),
    );
    assert.ok(watch && seenByBlind);
    await traffic.stop();
    // It sees what its own statements took, which says nothing of the site's.
    assert.equal(seenByBlind.statements.how, 'unknown', JSON.stringify(seenByBlind.statements));
    assert.equal(writingShare(seenByBlind), undefined);
    const { updates, inserts } = savesIn(watch);
    assert.ok(watch.seconds > 2.5 && watch.seconds < 30, String(watch.seconds));
    assert.ok(updates > 50 && updates <= traffic.counts.updates, `${updates} of ${traffic.counts.updates}`);
    assert.ok(inserts <= traffic.counts.inserts);
    assert.ok(isKnown(watch.savedSessions), JSON.stringify(watch.savedSessions));
    const sessions = watch.savedSessions.value;
    assert.ok(sessions >= 4 && sessions <= 5 + traffic.counts.inserts, String(sessions));
    assert.ok(isKnown(watch.statements), JSON.stringify(watch.statements));
    const update = watch.statements.value.statements.find(({ verb }) => verb === 'UPDATE');
    assert.ok(update !== undefined && update.onSessions && update.calls > 50, JSON.stringify(update));
    assert.ok((writingShare(watch) ?? 0) > 0.2, String(writingShare(watch)));
    assert.ok(watch.looks.length >= 3);
    assert.equal(watch.after.standby, false);
    assert.ok(watch.after.walBytes > watch.before.walBytes);
    assert.ok(watch.after.checkpoints.timeoutSeconds > 0);
  });
});
