/**
 * A window as another process: a monitor on a shared store, with a reader that counts what is asked of it. Prints a line of JSON
 * for each thing that happens; obeys the lines "stop", "refresh" and "every 500". Run by windows.test.ts.
 */
import { createInterface } from 'node:readline';
import { Problem } from '../../../src/common/problem.ts';
import { HistoryStore } from '../../../src/history/historyStore.ts';
import { SharedReader } from '../../../src/history/windows/sharedReader.ts';
import { Monitor } from '../../../src/monitoring/poll/monitor.ts';
import type { Reader } from '../../../src/monitoring/poll/monitorTypes.ts';
import { IDENTITY, memoryLog } from '../../unit/history/folder.ts';
import { counts, detail, metrics } from '../../unit/monitoring/samples.ts';

const [folder = '', every = '1000', fails = ''] = process.argv.slice(2);
let everyMs = Number(every);
/** Parts of it that show themselves to the test. */
const tell = (event: string, more: object = {}): void => {
  console.log(JSON.stringify({ event, at: Date.now(), ...more }));
};

const log = memoryLog();
const store = await HistoryStore.open({ folder, identity: IDENTITY, log, everyMs });
store.election.onDidChangeRole((role) => tell('role', { role }));

function open(): Promise<Reader> {
  tell('open');
  return Promise.resolve({
    light: () => {
      tell('read');
      if (fails === '') return Promise.resolve(metrics({ at: new Date() }));
      const text = { code: fails, what: 'It', why: 'failed.', next: 'Wait.', transient: true };
      return Promise.reject(new Problem(text));
    },
    detail: () => {
      tell('detail');
      return Promise.resolve(detail(new Date()));
    },
    exact: () => Promise.resolve(counts({ at: new Date() })),
    close: () => {
      tell('close');
      return Promise.resolve();
    },
  });
}

let shown = 0;
const monitor = new Monitor({
  open: () => SharedReader.open({ exchange: store, open, log }),
  options: {
    connection: { id: 'shop', name: 'shop', production: false },
    settings: { throttleIntervalSeconds: 900 },
    lightIntervalSeconds: everyMs / 1000,
    detailIntervalSeconds: 2,
    exactIntervalSeconds: 0,
  },
  log,
  candidate: store.election,
  keep: (snapshot) => {
    const stored = store.add(snapshot);
    if (snapshot.at.getTime() !== shown) tell('shown', { reading: snapshot.at.getTime(), stored });
    shown = snapshot.at.getTime();
  },
});
monitor.onDidChange((state) => {
  if ('problem' in state) tell('state', { kind: state.kind, code: state.problem.code });
});
monitor.setVisible(true);
monitor.start();
tell('started');

for await (const line of createInterface({ input: process.stdin })) {
  const [command, value] = line.split(' ');
  if (command === 'refresh') void monitor.refresh();
  else if (command === 'every') {
    everyMs = Number(value);
    monitor.update({ lightIntervalSeconds: everyMs / 1000 });
  } else if (command === 'stop') break;
}
await monitor.dispose();
store.dispose();
tell('stopped', { log: log.lines.filter((line) => !line.startsWith('trace')) });
process.exit(0);
