import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { engineOrSkip } from '../kit/container.ts';
import { ensureDjango } from '../kit/django.ts';
import { CleanupServiceScene, CONTAINER, ROW } from './cleanupServiceScene.ts';
import { assertCleanLogs, findRow, openLive, setSideBarWidth, untilHover, untilRow } from './look.ts';
import { addExpired, countSessions } from './scene.ts';
import {
  actsByCommand,
  COMMAND_LINE,
  connectByCommand,
  deploy,
  failsPlainly,
  seesFigures,
  waitsToBeAllowed,
} from './metricsCommandScene.ts';
import { THEMES } from './themes.ts';

/**
 * The cleanup service of the sample project in a real container, whose script calls real `manage.py clearsessions`, as a person
 * sees it: it runs, is stopped, told by an alert, restarted, renamed, late, and out of reach.
 */

const django = await ensureDjango('5.2');
const container = await engineOrSkip();
const skip = container.skip ?? ('skip' in django ? django.skip : false);

const ALERT = 'Cleanup service is not running';

/** A backslash does not protect a dollar from Compose. */
const DEV = String.raw`services:
  cleanup-dev:
    command: >
      sh -c "
      day=\$(date -u +%F);
      echo \"\$day\"; python manage.py clearsessions"
`;

describe('the cleanup service in VS Code', { skip }, async () => {
  if (container.engine === undefined || 'skip' in django) return;
  const { engine } = container;
  const bench = await CleanupServiceScene.open(engine, django.python);
  after(() => bench.stop());
  const { scene } = bench;
  const { workbench, vscode, folder, sql } = scene;
  const { active, expired } = await countSessions(sql);
  const left = active.toLocaleString('en');

  it('is looked for as the compose file has it, and is not found before it is started', async () => {
    await openLive(scene);
    const row = await bench.untilIcon('search-stop', /^not found/);
    assert.ok(
      row.actions.every((title) => !/Log|Restart/.test(title)),
      row.actions.join(),
    );
    await untilHover(scene, ROW, /podman has no container for shop_session_cleanup/, /docker compose up -d/);
    await bench.untilIcon('error', /^not found · /, ALERT);
    await bench.startContainer();
  });

  it('is healthy, with last run, deleted, remaining and next run', async () => {
    const row = await bench.untilIcon(
      'pass',
      new RegExp(`^healthy, ${expired} deleted \\d+ s ago, next in (59|60) min$`),
    );
    assert.deepEqual(row.actions, ['Follow Cleanup Log', 'Restart Cleanup Service…']);
    assert.match(row.ariaLabel, /^Cleanup service shop_session_cleanup: healthy/);
    await workbench.tree().expand(ROW);
    await untilRow(scene, 'Last run', /^\d+ s ago, succeeded$/);
    await untilRow(
      scene,
      'Deleted',
      new RegExp(`^${expired} by its log, ${expired} by the table’s counters, ${left} sessions left$`),
    );
    await addExpired(sql, 7);
    await untilRow(scene, 'Expired now', /^7, oldest 60 min$|^7, oldest 1 h$/);
    await untilRow(
      scene,
      'Next run',
      /^in (59|60) min; every 60 min, as its log says$|^in 5\d min; every 1 h, as its log says$/,
    );
    await untilRow(scene, 'State', /^running · shop_session_cleanup · podman$/);
    await workbench.waitFor(
      () => findRow(scene, ALERT),
      'the alert to clear',
      (one) => one === undefined,
    );
    await workbench.clearNotifications();
    await bench.keep('healthy', THEMES);
    const width = await setSideBarWidth(scene, 220);
    await bench.keep('narrow');
    await setSideBarWidth(scene, width);
  });

  it('follows its log in an output channel, and opens the compose file at the service', async () => {
    await workbench.tree().act(ROW, 'Follow Cleanup Log');
    await bench.untilPanel(/Following the log of shop_session_cleanup\./);
    await bench.untilPanel(/\d\d:\d\d:\d\d\s+\[Session Cleanup\] Running cleanup at/);
    await bench.untilPanel(
      new RegExp(`Successfully deleted ${expired} expired sessions\\. Remaining: ${active} sessions`),
    );
    const entries = await workbench.tree().contextMenu(ROW, 'Open Compose File at Cleanup Service');
    assert.deepEqual(
      entries.filter((title) => title.includes('Cleanup')),
      [
        'Follow Cleanup Log',
        'Stop Following Cleanup Log',
        'Restart Cleanup Service…',
        'Open Compose File at Cleanup Service',
        'Refresh Cleanup Service',
        'Choose Cleanup Service…',
      ],
    );
    await workbench.waitFor(
      () => workbench.activeTab(),
      'the compose file',
      (tab) => tab === 'docker-compose.yml',
    );
    // The tab is there before its editor is.
    await workbench.waitFor(
      () =>
        vscode.inExtensionHost((api) => {
          const editor = api.window.activeTextEditor;
          return editor?.document.getText(editor.selection);
        }),
      'the service to be selected',
      (selected) => selected === 'session-cleanup',
    );
    await bench.keep('log');
  });

  it('stopped is a critical alert, with its ways out in the row and in the notification', async () => {
    await engine.podman('stop', '--time', '5', CONTAINER);
    await bench.untilIcon('stop-circle', new RegExp(`^stopped, ${expired} deleted`));
    const alert = await bench.untilIcon('error', /^stopped · /, ALERT);
    assert.ok(alert.actions.includes('Restart Cleanup Service…') && alert.actions.includes('Follow Cleanup Log'));
    await workbench.waitFor(
      () => workbench.badge('Django Sessions'),
      'the badge',
      (badge) => badge === '1',
    );
    await bench.untilNotification(
      /^Cleanup service is not running\. shop_session_cleanup stopped .* exit code 0/,
      'Restart Service…',
    );
    await bench.untilPanel(/── shop_session_cleanup is stopped with exit code 0\./);
    // Each reading draws the ages in the row anew, which takes a hover away.
    await vscode.updateSettings({ 'djangoSessionMonitor.cleanupService.pollSeconds': 3600 });
    await untilHover(
      scene,
      ROW,
      /shop_session_cleanup stopped/,
      /State \(podman\): exited/,
      /What to do: Read its last lines, then restart it/,
    );
    await workbench.screenshot('cleanup-service-stopped-hover-dark');
    await vscode.updateSettings({ 'djangoSessionMonitor.cleanupService.pollSeconds': 1 });
    await bench.keep('stopped', THEMES);
  });

  it('is restarted from the tree, after asking, and is healthy again', async () => {
    await workbench.clearNotifications();
    await workbench.tree().act(ROW, 'Restart Cleanup Service…');
    const detail = await bench.untilModal(/^Restart shop_session_cleanup now\?$/);
    assert.match(detail, /stopped with exit code 0/);
    assert.match(detail, /podman restart shop_session_cleanup/);
    await workbench.screenshot('cleanup-service-restart-dark');
    await workbench.clickModalButton('Restart');
    await bench.untilNotification(
      /^shop_session_cleanup was restarted in .* s: stopped with exit code 0 before, running now, and stays up \(\d+ s watched\)\.$/,
      'Follow Log',
    );
    await bench.untilIcon('pass', /^healthy, 7 deleted/);
    await untilRow(scene, 'Deleted', /^7 by its log, 7 by the table’s counters/);
    await bench.untilPanel(/Successfully deleted 7 expired sessions/);
    await workbench.waitFor(
      () => findRow(scene, ALERT),
      'the alert to clear',
      (one) => one === undefined,
    );
    await bench.untilNotification(/^Cleared: Cleanup service is not running\./);
  });

  it('renamed, it is found by its labels and told so; removed, its log ends', async () => {
    await engine.podman('rename', CONTAINER, 'other_name');
    await untilRow(
      scene,
      'Note',
      /^There is no container shop_session_cleanup: other_name runs the service session-cleanup\.$/,
    );
    await bench.untilIcon('pass', /^healthy/);
    await workbench.runCommand('Django Sessions: Stop Following Cleanup Log');
    await bench.untilPanel(/── Following was stopped\./);
    await workbench.runCommand('Django Sessions: Follow Cleanup Log');
    await bench.untilPanel(/── Following the log of other_name\./);
    await engine.podman('rm', '--force', '--time', '0', 'other_name');
    await bench.untilPanel(/── The log has ended: other_name has been removed\./);
    await bench.untilIcon('search-stop', /^not found/);
    await workbench.clearNotifications();
  });

  it('behind commands it is late by the guide’s log lines, and says so when they can’t be followed or restarted', async () => {
    const log = join(folder, 'cleanup.log');
    await writeFile(
      log,
      '[Session Cleanup] Running cleanup at Sat Nov  9 14:00:00 UTC 2024\n' +
        'Successfully deleted 150 expired sessions. Remaining: 1250 sessions\n' +
        '[Session Cleanup] Next run in 24 hours\n',
    );
    await vscode.updateSettings({
      'djangoSessionMonitor.cleanupService.statusCommand': ['echo', 'active'],
      'djangoSessionMonitor.cleanupService.logsCommand': ['cat', log],
      'djangoSessionMonitor.cleanupService.intervalHours': 'often',
    });
    const row = await bench.untilIcon('watch', /^late, 150 deleted \d+ days ago, was due \d+ days ago$/);
    assert.deepEqual(row.actions, ['Follow Cleanup Log']);
    await untilRow(
      scene,
      /^The setting djangoSessionMonitor\.cleanupService\.intervalHours can’t be used$/,
      /not "often"/,
    );
    await bench.untilIcon('error', /^late · /, ALERT);
    await workbench.tree().act(ROW, 'Follow Cleanup Log');
    await bench.untilPanel(/The last lines of the logs command, which can’t be followed/);
    await workbench.runCommand('Django Sessions: Restart Cleanup Service…');
    await bench.untilNotification(/^The cleanup service was not restarted: .*cleanupService\.restartCommand\.$/);
    await bench.keep('late');
    await vscode.updateSettings({
      'djangoSessionMonitor.cleanupService.statusCommand': [],
      'djangoSessionMonitor.cleanupService.logsCommand': [],
      'djangoSessionMonitor.cleanupService.intervalHours': null,
    });
  });

  it('of several services in compose files a person chooses one, which the settings of the workspace keep', async () => {
    const dev = join(folder, 'compose.dev.yml');
    await writeFile(dev, DEV);
    await bench.untilWatched('the service cleanup-dev of the compose project shop');
    await untilRow(scene, 'Command', /^The shell gets this script only up to ‘.*’, and ends with a syntax error\.$/);
    await workbench.tree().contextMenu(ROW, 'Open Compose File at Cleanup Service');
    const diagnostics = await workbench.waitFor(
      () =>
        vscode.inExtensionHost((api) =>
          api.languages
            .getDiagnostics()
            .flatMap(([uri, all]) =>
              uri.path.endsWith('/compose.dev.yml')
                ? all.map(({ code, range, source }) =>
                    [typeof code === 'object' ? '' : code, range.start.line, source].join(' '),
                  )
                : [],
            ),
        ),
      'the findings in the compose file',
      (all) => all.length > 0,
    );
    assert.deepEqual(diagnostics.sort(), [
      'compose-command-cut 5 Django Sessions',
      'compose-dollar 4 Django Sessions',
      'compose-dollar 5 Django Sessions',
    ]);
    await bench.keep('command');
    await workbench.tree().contextMenu(ROW, 'Choose Cleanup Service…');
    const { items } = await workbench.quickInput.waitOpen('Which service clears expired sessions?');
    assert.deepEqual(
      items.map(({ label, description, detail }) => [label, description, detail]),
      [
        ['cleanup-dev', 'compose.dev.yml', 'its command runs clearsessions'],
        ['session-cleanup', 'docker-compose.yml', 'container shop_session_cleanup · its script runs clearsessions'],
        ['Find it by itself', 'the surest one in the compose files', ''],
        ['Name a container or commands in the settings…', '', ''],
      ],
    );
    await workbench.screenshot('cleanup-service-choose-dark');
    await workbench.quickInput.pick('session-cleanup');
    await bench.untilWatched(CONTAINER);
    const kept = await vscode.inExtensionHost((api) =>
      api.workspace.getConfiguration('djangoSessionMonitor.cleanupService').inspect('composeService'),
    );
    assert.equal(kept?.workspaceValue, 'session-cleanup');
    await workbench.runCommand('Django Sessions: Choose Cleanup Service…');
    await workbench.quickInput.pick('Find it by itself');
    await bench.untilWatched('the service cleanup-dev of the compose project shop');
    await rm(dev);
    await bench.untilWatched(CONTAINER);
  });

  it('without a restart command the running containers that look like the application are offered, and restarted', async () => {
    const command = ['sh', '-c', 'trap "exit 0" TERM; sleep 1000 & wait'];
    for (const name of ['shop_web-blue_1', 'shop_web-green_1', 'shop_worker_1']) await engine.start({ name, command });
    await workbench.clearNotifications();
    await workbench.runCommand('Django Sessions: Restart Application…');
    const { items } = await workbench.quickInput.waitOpen('How is the application restarted?');
    assert.deepEqual(
      items.map(({ label, description }) => [label, description]),
      [
        ['podman restart shop_web-blue_1 shop_web-green_1', 'running; named like this project'],
        ['podman restart shop_web-blue_1', 'running; named like this project'],
        ['podman restart shop_web-green_1', 'running; named like this project'],
        ['Set the command…', ''],
      ],
    );
    await bench.keep('restart-application');
    await workbench.quickInput.pick('podman restart shop_web-blue_1 shop_web-green_1');
    assert.match(
      await bench.untilModal(/^Restart the application now\?$/),
      /podman restart .*named like this project/su,
    );
    await workbench.clickModalButton('Restart and Keep the Command');
    await bench.untilNotification(/^The application was restarted: podman restart .* ended with exit code 0\.$/);
    // The next time it is not asked again.
    await workbench.runCommand('Django Sessions: Restart Application…');
    await bench.untilModal(/^Restart the application now\?$/);
    await workbench.clickModalButton('Cancel');
    await engine.podman('rm', '--force', '--time', '0', 'shop_web-blue_1', 'shop_web-green_1', 'shop_worker_1');
  });

  it('without an engine it is out of reach, which neither fires nor clears the alert; without a compose file it is not configured', async () => {
    await vscode.updateSettings({ 'djangoSessionMonitor.cleanupService.engine': '/nowhere/podman' });
    await bench.untilIcon('debug-disconnect', /^engine unreachable/);
    await untilRow(scene, ALERT, /value unknown now$/);
    await untilHover(scene, ROW, /no program \/nowhere\/podman on the PATH/, /What to do: Install it/);
    await workbench.clearNotifications();
    await bench.keep('unreachable');
    await rm(join(folder, 'docker-compose.yml'));
    await bench.untilIcon('circle-outline', /^not configured$/);
    await workbench.waitFor(
      () => findRow(scene, ALERT),
      'the alert to go',
      (one) => one === undefined,
    );
    await untilHover(scene, ROW, /No compose file in the workspace/, /cleanupService\.container/);
    // What is scheduled is told, though nothing of it is watched; a compose file makes it be looked for.
    await writeFile(join(folder, 'crontab'), '0 3 * * * cd /app && python manage.py clearsessions\n');
    await writeFile(join(folder, 'compose.yml'), 'services: {}\n');
    await bench.untilIcon('calendar', /^by cron, 0 3 \* \* \*, not watched$/);
    await untilHover(scene, ROW, /clearsessions: cron, 0 3 \* \* \* \(crontab\)/, /its runs are not watched/);
    await bench.keep('scheduled');
    await assertCleanLogs(scene);
  });

  it('where only a container reaches the database, it is monitored and cleared by a command in it', async () => {
    await workbench.clearNotifications();
    await deploy(bench);
    await engine.podman('rm', '--force', '--time', '0', '--ignore', CONTAINER);
    await bench.startContainer();
    await connectByCommand(bench, COMMAND_LINE, 'By podman');
    await seesFigures(bench);
    await actsByCommand(bench);
    await failsPlainly(bench, () => engine.podman('stop', '--time', '0', CONTAINER));
  });

  it('a command that the workspace names is not run before it is allowed', async () => {
    await engine.podman('start', CONTAINER);
    await waitsToBeAllowed(bench);
  });
});
