import type { ChartId, MetricId } from '../../monitoring/metrics/metrics.ts';
import type { Tile } from '../../webview/protocol/protocol.ts';

interface TileRow {
  readonly metric: MetricId;
  /** Where it is drawn large. */
  readonly chart: ChartId;
  readonly label: string;
}

/** What is looked at first: the figures over the charts, in their order. */
const ROWS: readonly TileRow[] = [
  { metric: 'sessions.active', chart: 'sessions', label: 'Active sessions' },
  { metric: 'sessions.expired', chart: 'expired', label: 'Expired sessions' },
  { metric: 'table.total', chart: 'sizes', label: 'Table with indexes' },
  { metric: 'writes.saves', chart: 'saves', label: 'Saves' },
  { metric: 'application.p95', chart: 'responseTimes', label: 'Response time, p95' },
  { metric: 'connections.used', chart: 'connections', label: 'Connections used' },
];

export const TILES: readonly Tile[] = ROWS.map(({ metric, chart, label }) => ({ series: metric, chart, label }));

/** Series whose mean before the shown range is told. */
export const TILE_SERIES: readonly string[] = TILES.map(({ series }) => series);
