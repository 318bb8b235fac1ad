import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../common/disposable.ts';
import { every, later } from '../../common/timers.ts';
import { SETTINGS_SECTION, type SettingTypes } from '../../contributions.ts';
import { watchFiles } from '../common/watchFiles.ts';
import type { App } from './app.ts';

/** Files among which those are that name the database. */
const PROJECT_FILES = '**/{*.py,.env*,.envs/**,*.env,pg_service.conf,*.yml,*.yaml,Dockerfile*}';

/** Settings that say where the database is. */
const PLACE_SETTINGS = [
  'settingsModule',
  'databaseAlias',
  'schema',
  'table',
  'askDjango',
  'connections',
  'production',
] as const satisfies readonly (keyof SettingTypes)[];

/** A save of several files, or a checkout, is one change. */
const SETTLE_MS = 500;

/** Ages in the view ("read 3 min ago") go on when readings don't. */
const TICK_MS = 10_000;

/** What from outside makes the extension look again: trust, settings, files of the project, folders, and time. */
export function watchForChanges(app: App, draw: () => void): Disposable {
  const store = new DisposableStore();
  let timer: Disposable | undefined;
  const soon = (): void => {
    timer?.dispose();
    timer = later(() => void app.reload(), SETTLE_MS);
  };
  store.add({
    dispose: () => {
      timer?.dispose();
    },
  });
  store.add(vscode.workspace.onDidGrantWorkspaceTrust(() => void app.reload()));
  store.add(vscode.workspace.onDidChangeWorkspaceFolders(soon));
  store.add(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration(SETTINGS_SECTION)) return;
      app.applySettings();
      // Looking again may run the project's Python: a threshold that changes is no reason for that.
      if (PLACE_SETTINGS.some((key) => event.affectsConfiguration(`${SETTINGS_SECTION}.${key}`))) soon();
      draw();
    }),
  );
  store.add(
    watchFiles(PROJECT_FILES, (file) => {
      if (app.concerns(file)) soon();
    }),
  );
  store.add(every(draw, TICK_MS));
  return store;
}
