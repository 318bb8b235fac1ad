import type { HistorySource } from '../../monitoring/historySource.ts';
import type { ToDashboard, ToHost } from '../../webview/protocol.ts';
import { SERIES_IDS } from './chartSpecs.ts';

/** What the history has of the range that is asked for. Times are milliseconds since the epoch. */
export function rangeAnswer(
  source: HistorySource,
  { request, from, to, maxPoints }: Extract<ToHost, { type: 'range' }>,
): Extract<ToDashboard, { type: 'data' }> {
  const [start, end] = [new Date(from), new Date(to)];
  const { at, stepMs, series } = source.readRange({ metricIds: SERIES_IDS, from: start, to: end, maxPoints });
  const extent = source.extent();
  return {
    type: 'data',
    request,
    from,
    to,
    at,
    stepMs,
    series,
    annotations: source.annotations(start, end).map(({ kind, at: began, until, text }) => ({
      kind,
      at: began.getTime(),
      until: until?.getTime() ?? null,
      text,
    })),
    extent: extent === undefined ? null : { from: extent.from.getTime(), to: extent.to.getTime() },
  };
}
