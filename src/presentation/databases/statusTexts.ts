import type { AppState } from '../rows/appState.ts';
import { readAge } from '../texts/readAge.ts';
import { alertCounts } from './alertCounts.ts';
import { badgeOfAll, badgeText } from '../rows/databaseState.ts';
import { databaseColor } from './databaseTexts.ts';
import { fewFigures } from './fewFigures.ts';
import { plainLabel } from '../texts/plainLabel.ts';

type Connected = Extract<AppState, { kind: 'connected' }>;

export interface StatusText {
  readonly text: string;
  readonly tooltip: string;
}

/** Figures and alerts, and plainly when they are not live. */
export function figuresStatus(
  state: Connected,
  now: Date,
  locale: string,
): StatusText & { readonly critical?: boolean } {
  const { monitor, connection } = state;
  const { snapshot } = monitor;
  const badge = badgeOfAll(alertCounts(state));
  const alerts = badge.critical + badge.warning;
  const mark = alerts === 0 ? '' : ` $(${badge.critical > 0 ? 'error' : 'warning'}) ${String(alerts)}`;
  const figures = snapshot === undefined ? '' : ` ${fewFigures(snapshot, locale).join(' · ')}`;
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
        tooltip: `${name}:${figures}; ${alertsText(state)}`,
        critical: badge.critical > 0,
      };
  }
}

function alertsText(state: Connected): string {
  const counts = alertCounts(state);
  const { critical, warning } = badgeOfAll(counts);
  const all = `${String(critical)} critical and ${String(warning)} warning alerts`;
  const names = counts.filter(({ name }) => name !== '');
  return names.length === 0
    ? all
    : `${all} (${names.map(({ name, badge }) => `${name}${badgeText(badge)}`).join('; ')})`;
}

/** Which database is shown, where there is another one to take it for, or it is one to be careful with; else undefined. */
export function nameStatus({
  connection,
  databases = [],
}: Connected): (StatusText & { readonly color?: string; readonly careful: boolean }) | undefined {
  const { name, target, production } = connection;
  if (databases.length < 2 && !production) return undefined;
  const color = databaseColor(connection);
  const kind = production ? 'production database' : 'database';
  return {
    text: `$(${production ? 'lock' : 'database'}) ${plainLabel(name)}`,
    tooltip: `Django Sessions shows the ${kind} ${name}, ${target}. Click to choose another one`,
    careful: production && databases.length > 1,
    // A colour of one's own is wished for; another one might not be legible on the theme's bar.
    ...(connection.color === undefined || color === undefined ? {} : { color }),
  };
}
