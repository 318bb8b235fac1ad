import type { ToDashboard, ToHost } from '../../webview/protocol/protocol.ts';
import { SERIES_IDS } from '../dashboard/chartSpecs.ts';
import type { AnswerParts } from './answerParts.ts';

/** The curves of another database, of the time that is asked for or of one before it, at the times at which they are drawn. */
export function besideMessage(
  { request, other, from, to, maxPoints, shiftMs }: Extract<ToHost, { type: 'beside' }>,
  { app }: Pick<AnswerParts, 'app'>,
): Extract<ToDashboard, { type: 'besideData' }> {
  const found = app.others?.find(({ id }) => id === other);
  // Why there is none is said where the medians would stand.
  if (found === undefined) return { type: 'besideData', request, name: other, at: [], stepMs: 0, series: [] };
  const range = { from: new Date(from - shiftMs), to: new Date(to - shiftMs) };
  const { at, stepMs, series } = found.source.readRange({ metricIds: SERIES_IDS, ...range, maxPoints });
  return { type: 'besideData', request, name: found.name, at: at.map((time) => time + shiftMs), stepMs, series };
}
