import { formatBytes, formatMilliseconds, formatNumber, formatPercent } from '../../../common/format.ts';
import { isKnown } from '../../../common/measured.ts';
import { TIMES_SQL } from '../../../postgres/diagnosis/statementTimes.ts';
import type { LoadWatch } from '../../../postgres/diagnosis/watchLoad.ts';
import { savesIn, writingShare } from '../../../postgres/diagnosis/watchLoad.ts';
import type { Exhibit } from '../../exhibit.ts';

/** Saves that a throttle would have kept from being made, of those that were made while the load was watched. */
export interface Avoidable {
  /** 0 to 1: of all saves, new sessions included. */
  readonly ofSaves: number;
  readonly updates: number;
  readonly sessions: number;
}

/** Fewer saves than these say nothing. */
export const FEW_SAVES = 10;
/** Less than this of the saves is no cause of anything. */
export const LITTLE = 0.1;

/**
 * A throttle lets each session be saved once, and again after each interval: of the updates of D sessions in a time T those are avoidable
 * that are more than D × (1 + T ÷ interval). New sessions are not. Undefined: too little was seen to tell.
 */
export function avoidableSaves(load: LoadWatch, intervalSeconds: number): Avoidable | undefined {
  const { inserts, updates } = savesIn(load);
  const { savedSessions, seconds } = load;
  if (updates < FEW_SAVES || !isKnown(savedSessions) || savedSessions.how === 'atLeast') return undefined;
  const sessions = savedSessions.value;
  const allowed = sessions * (1 + seconds / intervalSeconds);
  return { ofSaves: Math.max(0, updates - allowed) / (updates + inserts), updates, sessions };
}

/** Why `avoidableSaves` can't tell. */
export function whyNotAvoidable(load: LoadWatch): { readonly reason: string; readonly next: string } {
  const { updates } = savesIn(load);
  const { savedSessions } = load;
  if (updates < FEW_SAVES)
    return {
      reason: `Only ${formatNumber(updates)} saves were made in the ${formatNumber(Math.round(load.seconds))} s in which the server was watched.`,
      next: 'Diagnose again while the load is there.',
    };
  if (!isKnown(savedSessions)) return { reason: savedSessions.reason, next: savedSessions.next ?? '' };
  return {
    reason: 'More sessions were saved than could be looked at.',
    next: 'Look at who writes the sessions in the view.',
  };
}

/**
 * How much of the load a part of the saves is: the part × the share of the server's time that goes into writing sessions
 * (`writingShare`). Where that is not known, the part of the saves itself.
 */
export function shareOfLoad(ofSaves: number, load: LoadWatch): number {
  return ofSaves * (writingShare(load) ?? 1);
}

export function savesFigure({ updates, sessions }: Avoidable, load: LoadWatch): Exhibit {
  const each = formatNumber(Math.round((10 * updates) / Math.max(1, sessions)) / 10);
  const writing = writingShare(load);
  const time =
    writing === undefined ? '' : ` Writing sessions took ${formatPercent(writing)} of the time of all statements.`;
  return {
    kind: 'figure',
    text: `${formatNumber(updates)} saves of ${formatNumber(sessions)} sessions in ${formatNumber(Math.round(load.seconds))} s: ${each} of each.${time}`,
  };
}

const MOST_ROWS = 8;

/** What statements took meanwhile. Undefined: that can't be seen. */
export function statementsExhibit(
  { statements }: LoadWatch,
  which: (statement: { readonly onSessions: boolean; readonly verb: string }) => boolean,
): Exhibit | undefined {
  if (!isKnown(statements)) return undefined;
  const rows = statements.value.statements.filter(which).slice(0, MOST_ROWS);
  if (rows.length === 0) return undefined;
  const total = Math.max(statements.value.totalMs, Number.MIN_VALUE);
  return {
    kind: 'query',
    sql: TIMES_SQL,
    head: ['Statement', 'Calls', 'Time', 'Of all', 'WAL'],
    rows: rows.map(({ text, calls, ms, walBytes }) => [
      text,
      formatNumber(calls),
      formatMilliseconds(ms),
      formatPercent(ms / total),
      formatBytes(walBytes),
    ]),
  };
}
