import { problemLine } from '../../common/problem.ts';
import type { MonitorState } from '../../monitoring/poll/monitorTypes.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import type { RowIcon } from '../rows/row.ts';
import { readAge } from '../texts/readAge.ts';
import type { DatabaseState } from '../rows/databaseState.ts';
import { fewFigures } from './fewFigures.ts';

/** A theme colour by which a connection is known wherever it is named; undefined: it has none. Production is red unless another was chosen. */
export function databaseColor({ color, production }: Pick<Connection, 'color' | 'production'>): string | undefined {
  return color === undefined ? (production ? 'charts.red' : undefined) : `charts.${color}`;
}

interface Standing {
  readonly icon: string;
  /** A word or two, before the figures; undefined: it is as it should be. */
  readonly word?: string;
}

const STANDINGS: Readonly<Record<MonitorState['kind'], Standing>> = {
  connecting: { icon: 'loading~spin', word: 'connecting' },
  live: { icon: 'database' },
  stale: { icon: 'history', word: 'stale' },
  failed: { icon: 'error', word: 'failing' },
  paused: { icon: 'debug-pause', word: 'paused' },
};
const NOT_WATCHED: Standing = { icon: 'circle-outline', word: 'not watched' };

function standingOf({ monitor }: DatabaseState): Standing {
  if (monitor === undefined) return NOT_WATCHED;
  return monitor.kind === 'paused' && monitor.resting === true
    ? { ...STANDINGS.paused, word: 'resting' }
    : STANDINGS[monitor.kind];
}

/** Its shape says how it stands, its colour which one it is. */
export function databaseIcon(state: DatabaseState): RowIcon {
  const color = databaseColor(state.connection);
  return { id: standingOf(state).icon, ...(color === undefined ? {} : { color }) };
}

/** How it stands with a few figures: "shown · production · 133K active · 250 saves/min". */
export function databaseLine(state: DatabaseState, now: Date, locale: string): string {
  const { connection, monitor, shown } = state;
  const snapshot = monitor?.snapshot;
  const isOld = monitor !== undefined && monitor.kind !== 'live' && snapshot !== undefined;
  return [
    ...(shown ? ['shown'] : []),
    ...(connection.production ? ['production'] : []),
    standingOf(state).word,
    ...(snapshot === undefined ? [] : fewFigures(snapshot, locale)),
    ...(isOld ? [`read ${readAge(snapshot.at, now)}`] : []),
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
}

/** What is wrong with it, and which alerts fire, a sentence each. */
export function databaseSentences({ monitor, alerts }: DatabaseState): readonly string[] {
  const problem = monitor !== undefined && 'problem' in monitor ? monitor.problem : undefined;
  const firing = alerts.filter(({ status }) => status === 'firing');
  return [
    ...(problem === undefined ? [] : [problemLine(problem)]),
    ...firing.map(({ rule, message }) => `${rule.title}: ${message}`),
  ];
}
