import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable.ts';
import type { Log } from '../../common/log.ts';
import { describeError } from '../../common/problem.ts';
import { COMMANDS } from '../../contributions.ts';
import type { CheckStanding } from '../../diagnosis/routine/standing.ts';
import { ROUTINE_ROW } from '../../presentation/routine/checkRows.ts';
import { showInformationMessage } from '../common/messages.ts';
import { runCommand } from '../common/runCommand.ts';
import { getSetting, updateSetting } from '../settings/settings.ts';

const KEY = 'routineChecksRemindedOn';
const RUN = 'Run Due Checks';
const SHOW = 'Show';
const NEVER = 'Don’t Notify Me';

interface Standings {
  standings(now: Date): readonly CheckStanding[];
}

/** Says that checks are overdue: in the status bar, and where that is wished for in a notification, once a day for all windows. */
export class CheckReminder implements Disposable {
  readonly #routine: Standings;
  readonly #memory: vscode.Memento;
  readonly #log: Log;
  readonly #item: vscode.StatusBarItem;
  #shown = '';

  constructor(routine: Standings, memory: vscode.Memento, log: Log) {
    this.#routine = routine;
    this.#memory = memory;
    this.#log = log;
    this.#item = vscode.window.createStatusBarItem('djangoSessionMonitor.checks', vscode.StatusBarAlignment.Left, -1);
    this.#item.name = 'Django Sessions: Routine Checks';
    this.#item.command = { command: COMMANDS.showRow, title: SHOW, arguments: [{ rowId: ROUTINE_ROW }] };
  }

  look(): void {
    const wanted = getSetting('routineChecks.reminder', 'window');
    const now = new Date();
    const overdue = wanted === 'none' ? [] : this.#routine.standings(now).filter(({ state }) => state === 'overdue');
    const titles = overdue.map(({ check }) => check.title).join(', ');
    if (titles !== this.#shown) this.#show(overdue.length, titles);
    if (overdue.length > 0 && wanted === 'notification') this.#notify(overdue.length, titles, now);
  }

  dispose(): void {
    this.#item.dispose();
  }

  #show(count: number, titles: string): void {
    this.#shown = titles;
    if (count === 0) {
      this.#item.hide();
      return;
    }
    const text = `Overdue routine checks: ${titles}`;
    this.#item.text = `$(checklist) ${count} overdue`;
    this.#item.tooltip = text;
    this.#item.accessibilityInformation = { label: text };
    this.#item.show();
  }

  #notify(count: number, titles: string, now: Date): void {
    const today = now.toDateString();
    if (this.#memory.get(KEY) === today) return;
    this.#tell(count, titles, today).catch((error: unknown) => this.#log.warn(describeError(error)));
  }

  async #tell(count: number, titles: string, today: string): Promise<void> {
    await this.#memory.update(KEY, today);
    const what =
      count === 1 ? 'A routine check of the Django sessions is' : `${count} routine checks of the Django sessions are`;
    const chosen = await showInformationMessage(`${what} overdue: ${titles}.`, RUN, SHOW, NEVER);
    if (chosen === RUN) await runCommand(COMMANDS.runDueChecks);
    if (chosen === SHOW) await runCommand(COMMANDS.showRow, { rowId: ROUTINE_ROW });
    if (chosen === NEVER) await updateSetting('routineChecks.reminder', 'statusBar', vscode.ConfigurationTarget.Global);
  }
}
