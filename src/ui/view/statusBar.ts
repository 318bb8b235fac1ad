import * as vscode from 'vscode';
import { COMMANDS, VIEWS } from '../../contributions.ts';
import { figuresStatus, nameStatus, type StatusText } from '../../presentation/databases/statusTexts.ts';
import type { AppState } from '../../presentation/rows/appState.ts';

/**
 * One line for the moment. Which database is shown, which a click exchanges for another; and beside it active sessions, saves a
 * minute, firing alerts, to which a click leads, and plainly when it isn't live.
 */
export class StatusBar implements vscode.Disposable {
  readonly #name: vscode.StatusBarItem;
  readonly #figures: vscode.StatusBarItem;

  constructor() {
    // The higher number stands to the left.
    this.#name = item('database', 'Django Sessions: Database', 0.5);
    this.#name.command = COMMANDS.chooseConnection;
    this.#figures = item('status', 'Django Sessions', 0);
  }

  show(state: AppState, enabled: boolean, now: Date, locale: string): void {
    if (!enabled || state.kind !== 'connected') {
      this.#name.hide();
      this.#figures.hide();
      return;
    }
    const figures = figuresStatus(state, now, locale);
    say(this.#figures, figures);
    this.#figures.backgroundColor = background(figures.critical === true, 'error');
    this.#figures.command = state.monitor.kind === 'failed' ? `${VIEWS.sessions}.focus` : COMMANDS.showAlerts;
    const name = nameStatus(state);
    if (name === undefined) {
      this.#name.hide();
      return;
    }
    say(this.#name, name);
    this.#name.backgroundColor = background(name.careful, 'warning');
    this.#name.color = name.color === undefined || name.careful ? undefined : new vscode.ThemeColor(name.color);
  }

  dispose(): void {
    this.#name.dispose();
    this.#figures.dispose();
  }
}

function item(id: string, name: string, priority: number): vscode.StatusBarItem {
  const made = vscode.window.createStatusBarItem(
    `djangoSessionMonitor.${id}`,
    vscode.StatusBarAlignment.Left,
    priority,
  );
  made.name = name;
  return made;
}

function say(on: vscode.StatusBarItem, { text, tooltip }: StatusText): void {
  on.text = text;
  on.tooltip = tooltip;
  on.accessibilityInformation = { label: tooltip };
  on.show();
}

function background(wanted: boolean, kind: 'error' | 'warning'): vscode.ThemeColor | undefined {
  return wanted ? new vscode.ThemeColor(`statusBarItem.${kind}Background`) : undefined;
}
