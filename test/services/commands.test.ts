import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { unknown } from '../../src/common/measured.ts';
import { CommandCleanupService } from '../../src/services/cleanupService/commandCleanupService.ts';
import { LogPattern } from '../../src/services/cleanupService/log/logPattern.ts';
import type { ServiceCommands } from '../../src/services/cleanupService/serviceCommands.ts';
import { triangulate } from '../../src/services/cleanupService/triangulate.ts';
import { rejectsWith, sh, texts } from './support.ts';

/** A status, a logs and a restart command in place of a container engine, run for real. */

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dsm-commands-'));
});
after(async () => rm(folder, { recursive: true, force: true }));

function serviceOf(commands: ServiceCommands, timeoutMs?: number): CommandCleanupService {
  return new CommandCleanupService({
    commands,
    pattern: new LogPattern(),
    cwd: folder,
    ...(timeoutMs && { timeoutMs }),
  });
}

/** What the usual commands print and how they end. */
const STATES = [
  ['systemctl is-active, up', 'echo active', 'running'],
  ['systemctl is-active, down', 'echo inactive; exit 3', 'stopped'],
  ['systemctl is-active, broken', 'echo failed; exit 3', 'stopped'],
  ['systemctl is-active, starting', 'echo activating; exit 3', 'starting'],
  ['systemctl, no such unit', 'echo "Unit cleanup.service could not be found." >&2; exit 4', 'notFound'],
  ['kubectl, available', 'printf True', 'running'],
  ['kubectl, not available', 'printf False', 'stopped'],
  ['kubectl, two ready', 'printf 2', 'running'],
  [
    'kubectl, no such deployment',
    `echo 'Error from server (NotFound): deployments.apps "x" not found' >&2; exit 1`,
    'notFound',
  ],
  ['supervisorctl', 'echo "RUNNING pid 12"', 'running'],
  ['pgrep, found', 'exit 0', 'running'],
  ['pgrep, nothing', 'exit 1', 'stopped'],
] as const;

it('the state is told by the first word, else by the exit code', async () => {
  for (const [name, script, state] of STATES) {
    const reading = await serviceOf({ status: sh(script) }).read();
    assert.deepEqual([reading.state, reading.problem?.message], [state, undefined], name);
  }
});

it('a command that could not ask says nothing about the service', async () => {
  const refused = 'echo "The connection to the server 127.0.0.1:6443 was refused - connection refused" >&2; exit 1';
  for (const [command, code] of [
    [sh(refused), 'command-failed'],
    [[join(folder, 'nowhere')], 'engine-missing'],
  ] as const) {
    const reading = await serviceOf({ status: command }).read();
    assert.equal(reading.problem?.code, code);
    const status = triangulate({ now: new Date(), reading, deletedSince: unknown('x'), oldestExpired: unknown('x') });
    assert.equal(status.verdict, 'engineUnreachable');
  }
  assert.equal((await serviceOf({ status: sh('sleep 600') }, 300).read()).problem?.code, 'engine-timeout');
});

it('a log file is read from its end, times or none, whatever the language of its dates', async () => {
  const log = join(folder, 'cleanup.log');
  const noise = `${'x'.repeat(99)}\n`.repeat(10_000);
  for (let i = 0; i < 100; i++) await writeFile(log, noise, { flag: 'a' });
  await writeFile(
    log,
    '[Session Cleanup] Running cleanup at So 9. Nov 14:00:00 CET 2025\nSuccessfully deleted 1.250 expired sessions. Remaining: 7 sessions\n[Session Cleanup] Next run in 24 hours\n',
    { flag: 'a' },
  );
  const { log: read, state, tookMs } = await serviceOf({ logs: ['tail', '-n', '200', log] }).read();
  assert.equal(state, 'unknown');
  assert.ok(tookMs < 1_000);
  const [run] = read?.runs ?? [];
  assert.deepEqual(
    [run?.startedAt?.toISOString(), run?.deleted, run?.nextInSeconds],
    ['2025-11-09T13:00:00.000Z', 1_250, 86_400],
  );
  const whole = await serviceOf({ logs: ['cat', log] }).read();
  assert.equal(whole.log?.problem?.code, 'command-failed', 'a command that prints 100 MB is ended');
  assert.match(whole.log.problem.why, /wrote too much/u);
});

it('journalctl and docker compose put times before lines', async () => {
  const lines = [
    '2025-11-09T14:00:00+0100 web1 session-cleanup[123]: [Session Cleanup] Running cleanup at gibberish',
    'session-cleanup-1  | 2025-11-09T13:00:05.123456789Z Successfully deleted 3 expired sessions. Remaining: 7 sessions',
  ];
  await writeFile(join(folder, 'times.log'), `${lines.join('\n')}\n`);
  const { log } = await serviceOf({ logs: ['cat', 'times.log'] }).read();
  const [run] = log?.runs ?? [];
  assert.equal(run?.startedAt?.toISOString(), '2025-11-09T13:00:00.000Z');
  assert.equal(run.lastLineAt?.toISOString(), '2025-11-09T13:00:05.123Z');
  assert.match(texts(log?.lines ?? [])[1] ?? '', /^Successfully/u);
});

it('a restart is told by its exit code and the state after it', async () => {
  const touch = ['touch', join(folder, 'restarted')];
  const status = sh(`[ -e ${join(folder, 'restarted')} ] && echo active || echo inactive`);
  const service = serviceOf({ status, restart: touch });
  assert.deepEqual([(await service.read()).state, service.canRestart], ['stopped', true]);
  assert.equal((await service.restart()).outcome, 'running');
  assert.equal((await serviceOf({ restart: touch }).restart()).outcome, 'asked');
  const fails = serviceOf({ restart: sh('echo "Access denied" >&2; exit 4') });
  const { why } = await rejectsWith(fails.restart(), 'command-failed');
  assert.match(why, /code 4: Access denied\.$/u);
  await rejectsWith(serviceOf({ status }).restart(), 'restart-command-missing');
});

it('a restart command that leaves a daemon behind is not waited for', async () => {
  const pidFile = join(folder, 'daemon');
  const service = serviceOf({ restart: sh(`sleep 600 & echo $! > ${pidFile}`) });
  const { outcome, tookMs } = await service.restart();
  const pid = Number(await readFile(pidFile, 'utf8'));
  assert.ok(process.kill(pid, 'SIGKILL'), 'it was left running');
  assert.deepEqual([outcome, tookMs < 10_000], ['asked', true]);
});
