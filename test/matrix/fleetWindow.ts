/**
 * A window that watches many databases, as a process of its own, so that its cost is that of watching. Prints a line of JSON for
 * each reading, each other state, and every few seconds what it has cost. Run by fleet.test.ts.
 */
import { readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { every } from '../../src/common/timers.ts';
import { HistoryStore } from '../../src/history/historyStore.ts';
import { storeIdentity } from '../../src/history/identity.ts';
import { keptMonitor } from '../../src/history/keptMonitor.ts';
import type { MonitorOptions } from '../../src/monitoring/poll/monitorTypes.ts';
import type { Connection } from '../../src/monitoring/watch/connection.ts';
import { Fleet } from '../../src/monitoring/watch/fleet.ts';
import { Gate } from '../../src/monitoring/watch/gate.ts';
import { openReader } from '../../src/monitoring/watch/reader.ts';
import { memoryLog } from '../unit/history/folder.ts';

const [folder = '', ...databases] = process.argv.slice(2);
const COST_MS = 10_000;

const tell = (event: string, more: object): void => {
  console.log(JSON.stringify({ event, at: Date.now(), ...more }));
};

const connections = databases.map((connectionString): Connection => {
  const name = new URL(connectionString).pathname.slice(1);
  const access = (): Promise<{ connectionString: string }> => Promise.resolve({ connectionString });
  const table = { name: 'django_session' };
  const described = { target: name, session: {}, notes: [], production: false } as const;
  return {
    id: `settings:${name}`,
    name,
    source: 'settings',
    connectionString,
    table,
    borrow: 'any',
    access,
    ...described,
  };
});

const log = memoryLog();
const gate = new Gate(4);
const options = ({ id, name, production }: Connection): MonitorOptions => ({
  connection: { id, name, production },
  settings: { throttleIntervalSeconds: 900 },
});
const fleet = new Fleet<HistoryStore>({
  options,
  log,
  create: async (connection, isAside) => {
    const { name, connectionString, table } = connection;
    const history = await HistoryStore.open({
      folder,
      identity: storeIdentity(connectionString, table),
      log,
      everyMs: 60_000,
    });
    const connect = (): ReturnType<typeof openReader> =>
      openReader(
        connection,
        () => 1_001,
        (work) => (isAside() ? gate.through(work) : work()),
      );
    const monitor = keptMonitor({ history, connect, options: options(connection), log });
    let last = 0;
    let kind = '';
    monitor.onDidChange((state) => {
      const at = state.snapshot?.at.getTime() ?? 0;
      if (at > last) tell('read', { name, reading: at, role: history.election.role });
      last = Math.max(at, last);
      if (state.kind !== kind) tell('state', { name, kind: state.kind });
      kind = state.kind;
    });
    return { monitor, history };
  },
});

const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();
const cost = (): void => {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  const open = readdirSync('/proc/self/fd').length;
  tell('cost', { cpuMs: (user + system) / 1000, rss, heapUsed, open, delayMs: delay.percentile(99.9) / 1e6 });
};
fleet.setVisible(true);
const [front, ...beside] = connections;
cost();
await fleet.watch({ front, beside, reconnect: false });
const costs = every(cost, COST_MS);

// Until its input ends.
for await (const _ of createInterface({ input: process.stdin }));
costs.dispose();
cost();
await fleet.dispose();
tell('ended', { log: log.lines.filter((line) => !line.startsWith('trace')) });
process.exit(0);
