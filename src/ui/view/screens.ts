import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../common/disposable.ts';
import type { Operations } from '../../presentation/operations/operationRows.ts';
import type { App } from '../connection/app.ts';
import { CompactView } from '../dashboard/compactView.ts';
import { Dashboard } from '../dashboard/dashboard.ts';
import type { DashboardParts } from '../dashboard/dashboardParts.ts';
import type { History } from '../history/history.ts';
import { getSetting } from '../settings/settings.ts';
import { ActivityView } from './activityView.ts';
import { OpenRows } from './openRows.ts';
import { StatusBar } from './statusBar.ts';

export interface ScreensParts extends DashboardParts {
  readonly app: App;
  readonly source: History;
  readonly operations: () => Operations;
  readonly memory: vscode.Memento;
}

/** All that is drawn outside of editors: the tree, the status bar, the dashboard and the charts of the panel. */
export class Screens implements Disposable {
  readonly view: ActivityView;
  readonly dashboard: Dashboard;
  readonly #parts: ScreensParts;
  readonly #store = new DisposableStore();
  readonly #charts: CompactView;
  readonly #statusBar: StatusBar;

  constructor(parts: ScreensParts) {
    this.#parts = parts;
    this.view = this.#store.add(new ActivityView(new OpenRows(parts.memory, parts.log)));
    this.dashboard = this.#store.add(new Dashboard(parts));
    this.#charts = this.#store.add(new CompactView(parts));
    this.#statusBar = this.#store.add(new StatusBar());
  }

  get visible(): boolean {
    return this.#seen.some(({ visible }) => visible);
  }

  onDidChangeVisibility(listener: () => void): Disposable {
    const store = new DisposableStore();
    for (const one of this.#seen) store.add(one.onDidChangeVisibility(listener));
    return store;
  }

  /** What moves with each reading; the pages hear of readings by themselves. */
  draw(): void {
    const { app, source, operations } = this.#parts;
    const now = new Date();
    const { language } = vscode.env;
    const current = operations();
    source.write(current);
    this.view.show(app.state, current, app.connections.length > 0, now, language);
    this.#statusBar.show(app.state, getSetting('statusBar.enabled', 'window'), now, language);
  }

  /** What has changed is no reading. */
  redraw(): void {
    this.draw();
    this.dashboard.redraw();
    this.#charts.redraw();
  }

  dispose(): void {
    this.#store.dispose();
  }

  get #seen(): readonly [ActivityView, Dashboard, CompactView] {
    return [this.view, this.dashboard, this.#charts];
  }
}
