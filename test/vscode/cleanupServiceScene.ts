import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { serverUser } from '../kit/binaries.ts';
import { pythonFolders, type TestEngine } from '../kit/container.ts';
import type { Theme } from '../kit/vscode.ts';
import type { TreeRow } from '../kit/workbench/tree.ts';
import { allNotifications, untilRow } from './look.ts';
import { openScene, type Scene } from './scene.ts';

/** Label of the row. */
export const ROW = 'Cleanup service';
/** Name of the container in the compose file of the sample project. */
export const CONTAINER = 'shop_session_cleanup';

/** VS Code on the sample project with its compose file, beside a container engine that reaches its PostgreSQL. */
export class CleanupServiceScene {
  readonly scene: Scene;
  readonly #engine: TestEngine;
  readonly #python: string;
  readonly #sockets: string;

  private constructor(scene: Scene, engine: TestEngine, python: string, sockets: string) {
    this.scene = scene;
    this.#engine = engine;
    this.#python = python;
    this.#sockets = sockets;
  }

  /** Ends the engine, too, when it is stopped or can't be opened. */
  static async open(engine: TestEngine, python: string): Promise<CleanupServiceScene> {
    // A container without network reaches PostgreSQL by its socket.
    const sockets = await mkdtemp(join(tmpdir(), 'dsm-sockets-'));
    try {
      const user = await serverUser();
      if (user !== undefined) await chown(sockets, user.uid, user.gid);
      await chmod(sockets, 0o755);
      const { CONTAINERS_CONF = '', CONTAINERS_STORAGE_CONF = '' } = engine.environment;
      const scene = await openScene({
        compose: true,
        fill: { rows: 2000, expiredShare: 0.1 },
        postgres: { settings: { unix_socket_directories: sockets } },
        // High enough for all rows.
        workbench: { theme: 'dark', width: 1400, height: 1320 },
        vscode: {
          env: { CONTAINERS_CONF, CONTAINERS_STORAGE_CONF },
          settings: {
            'djangoSessionMonitor.intervalSeconds': 1,
            'djangoSessionMonitor.hiddenIntervalSeconds': 1,
            'djangoSessionMonitor.cleanupService.engine': 'podman',
            'djangoSessionMonitor.cleanupService.pollSeconds': 1,
            'djangoSessionMonitor.alerts.cleanupServiceForSeconds': 2,
          },
        },
      });
      return new CleanupServiceScene(scene, engine, python, sockets);
    } catch (error) {
      await engine.stop();
      await rm(sockets, { recursive: true, force: true });
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.scene.stop();
    await this.#engine.stop();
    await rm(this.#sockets, { recursive: true, force: true });
  }

  /** As Compose would start it: with the name, the command and the labels that the compose file gives it. */
  async startContainer(): Promise<void> {
    const { folder } = this.scene;
    await this.#engine.start({
      name: CONTAINER,
      command: ['sh', '/app/scripts/session_cleanup.sh'],
      app: folder,
      mounts: await pythonFolders(this.#python),
      writable: [this.#sockets],
      labels: { 'com.docker.compose.project': basename(folder), 'com.docker.compose.service': 'session-cleanup' },
      env: {
        PATH: `${dirname(this.#python)}:/usr/bin:/bin`,
        DB_HOST: this.#sockets,
        CLEANUP_INTERVAL_SECONDS: '3600',
        PYTHONDONTWRITEBYTECODE: '1',
      },
    });
  }

  untilIcon(icon: string, text: RegExp, label = ROW): Promise<TreeRow> {
    return untilRow(this.scene, label, (row) => row.icon === icon && text.test(row.description));
  }

  /** Waits until the row is about this service, as a screen reader hears it. */
  untilWatched(name: string): Promise<TreeRow> {
    return untilRow(this.scene, ROW, (row) => row.ariaLabel.startsWith(`Cleanup service ${name}: not found`));
  }

  async untilNotification(text: RegExp, button?: string): Promise<void> {
    await this.scene.workbench.waitFor(
      () => allNotifications(this.scene),
      `the notification ${String(text)}`,
      (all) =>
        all.some(({ message, buttons }) => text.test(message) && (button === undefined || buttons.includes(button))),
    );
  }

  /** Resolves with the detail of the question. */
  async untilModal(message: RegExp): Promise<string> {
    const { workbench } = this.scene;
    const modal = await workbench.waitFor(
      () => workbench.modal(),
      `the question ${String(message)}`,
      (one) => one !== undefined && message.test(one.message),
    );
    return modal?.detail ?? '';
  }

  async untilPanel(text: RegExp): Promise<void> {
    const { workbench } = this.scene;
    await workbench.waitFor(
      () => workbench.panelText(),
      `the panel to say ${String(text)}`,
      (now) => text.test(now),
    );
  }

  /** Keeps test-output/screenshots/cleanup-service-<name>-<theme>.png, and leaves the dark theme. */
  async keep(name: string, themes: readonly Theme[] = ['dark']): Promise<void> {
    const { workbench } = this.scene;
    await workbench.tree().row(ROW);
    await workbench.page.mouse.move(700, 300);
    for (const theme of themes) {
      if (themes.length > 1) await workbench.setTheme(theme);
      await workbench.screenshot(`cleanup-service-${name}-${theme}`);
    }
    if (themes.length > 1) await workbench.setTheme('dark');
  }
}
