import * as vscode from 'vscode';
import { formatMeasured, formatNumber } from '../../common/format.ts';
import { isKnown } from '../../common/measured.ts';
import { COMMANDS, VIEWS } from '../../contributions.ts';
import { metricById } from '../../monitoring/metrics/metrics.ts';
import type { Snapshot } from '../../monitoring/snapshot/snapshot.ts';
import type { AppState } from '../../presentation/rows/appState.ts';
import { readAge } from '../../presentation/texts/readAge.ts';

/** One line for the moment: active sessions, saves a minute, firing alerts; and plainly when it isn't live. */
export class StatusBar implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;

  constructor() {
    this.#item = vscode.window.createStatusBarItem('djangoSessionMonitor.status', vscode.StatusBarAlignment.Left, 0);
    this.#item.name = 'Django Sessions';
  }

  show(state: AppState, enabled: boolean, now: Date, locale: string): void {
    if (!enabled || state.kind !== 'connected') {
      this.#item.hide();
      return;
    }
    const content = statusBarContent(state, now, locale);
    this.#item.text = content.text;
    this.#item.tooltip = content.tooltip;
    this.#item.accessibilityInformation = { label: content.tooltip };
    this.#item.backgroundColor =
      content.critical === true ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    this.#item.command = state.monitor.kind === 'failed' ? `${VIEWS.sessions}.focus` : COMMANDS.showAlerts;
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}

interface StatusBarContent {
  readonly text: string;
  readonly tooltip: string;
  readonly critical?: boolean;
}

function statusBarContent(
  state: Extract<AppState, { kind: 'connected' }>,
  now: Date,
  locale: string,
): StatusBarContent {
  const { monitor, badge, connection } = state;
  const { snapshot } = monitor;
  const alerts = badge.critical + badge.warning;
  const mark = alerts === 0 ? '' : ` $(${badge.critical > 0 ? 'error' : 'warning'}) ${String(alerts)}`;
  const figures = snapshot === undefined ? '' : ` ${figuresText(snapshot, locale)}`;
  const name = `Django Sessions, ${connection.name}`;
  switch (monitor.kind) {
    case 'connecting':
      return { text: '$(loading~spin) Sessions', tooltip: `${name}: connecting to ${connection.target}` };
    case 'failed':
      return { text: '$(error) Sessions: failed', tooltip: `${name}: ${monitor.problem.what}. ${monitor.problem.why}` };
    case 'paused':
      return monitor.resting === true
        ? {
            text: `$(debug-pause)${figures}, resting`,
            tooltip: `${name}: readings rest, as nobody looked and nothing changed. They go on when the view or the dashboard is opened`,
          }
        : { text: `$(debug-pause)${figures}`, tooltip: `${name}: paused` };
    case 'stale': {
      const age = readAge(monitor.snapshot.at, now);
      return {
        text: `$(history)${figures}, read ${age}`,
        tooltip: `${name}: stale, read ${age}. ${monitor.problem.why}`,
      };
    }
    case 'live':
      return {
        text: `$(pulse)${figures}${mark}`,
        tooltip: `${name}:${figures}; ${String(badge.critical)} critical and ${String(badge.warning)} warning alerts`,
        critical: badge.critical > 0,
      };
  }
}

function figuresText(snapshot: Snapshot, locale: string): string {
  const active = metricById('sessions.active').read(snapshot);
  const saves = snapshot.rates.savesPerMinute;
  const parts = [
    !isKnown(active) || typeof active.value !== 'number'
      ? undefined
      : `${active.how === 'exact' ? '' : '≈ '}${compact(active.value, locale)} active`,
    isKnown(saves) ? `${formatMeasured(saves, 'count', { locale })} saves/min` : undefined,
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}

function compact(value: number, locale: string): string {
  return value < 10_000
    ? formatNumber(value, { locale })
    : new Intl.NumberFormat(locale, { notation: 'compact', maximumSignificantDigits: 3 }).format(value);
}
