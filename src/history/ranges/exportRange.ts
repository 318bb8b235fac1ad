import { setImmediate } from 'node:timers/promises';
import { findMetric } from '../../monitoring/metrics/metrics.ts';
import { removedMark } from '../levels/fold.ts';
import { floorTo, RETENTION, type Level } from '../levels/retention.ts';
import type { HistoryFile } from '../sqlite/historyFile.ts';
import type { Annotation } from './annotations.ts';
import type { RangeData } from './rangeData.ts';

/** 'csv': the readings; 'annotationsCsv': the annotations; 'json': both. */
export type ExportFormat = 'csv' | 'annotationsCsv' | 'json';

export interface ExportQuery {
  readonly format: ExportFormat;
  readonly from: Date;
  /** Not included. */
  readonly to: Date;
  readonly metricIds: readonly string[];
}

/** What the export needs of the store. */
export interface ExportSource {
  /** What it is about, for the JSON. */
  readonly identity: string;
  annotations(from: Date, to: Date): readonly Annotation[];
  /** As fine as there is, without marks for gaps. */
  readAll(metricIds: readonly string[], from: Date, to: Date): RangeData;
  levelAt(at: Date): Level;
}

interface Row {
  readonly at: Date;
  readonly resolution: Level['name'];
  /** Minimum, mean and maximum of each metric. */
  readonly values: readonly (readonly [number | null, number | null, number | null])[];
}

/** Piece by piece, so that neither a year is in memory at once nor the extension host busy for long. */
export async function* exportRange(source: ExportSource, query: ExportQuery): AsyncGenerator<string, void, undefined> {
  if (query.format === 'annotationsCsv') yield* annotationsCsv(source.annotations(query.from, query.to));
  else if (query.format === 'csv') yield* readingsCsv(source, query);
  else yield* json(source, query);
}

/** The finest level that still has this time. */
export function levelAt(file: HistoryFile, at: Date, retention: readonly Level[] = RETENTION): Level {
  const level = retention.find((_, i) => at.getTime() >= file.mark(removedMark(i))) ?? retention.at(-1);
  return level ?? RETENTION[0];
}

/** A span at a time: the spans of the levels meet without a seam, so that all of one have the same resolution. */
async function* rows(source: ExportSource, { metricIds, from, to }: ExportQuery): AsyncGenerator<Row> {
  const shortest = Math.min(...RETENTION.flatMap(({ chunkMs }) => (chunkMs > 0 ? [chunkMs] : [])));
  for (let start = from.getTime(); start < to.getTime();) {
    const level = source.levelAt(new Date(start));
    const span = Math.max(level.chunkMs, shortest);
    const end = Math.min(floorTo(start, span) + span, to.getTime());
    const { at, series } = source.readAll(metricIds, new Date(start), new Date(end));
    for (const [i, time] of at.entries()) {
      const values = series.map(({ min, mean, max }) => [min[i] ?? null, mean[i] ?? null, max[i] ?? null] as const);
      yield { at: new Date(time), resolution: level.name, values };
    }
    start = end;
    await setImmediate();
  }
}

async function* readingsCsv(source: ExportSource, query: ExportQuery): AsyncGenerator<string, void, undefined> {
  const columns = query.metricIds.flatMap((id) => ['min', 'mean', 'max'].map((what) => text(`${id} ${what}`)));
  yield line(['at', 'resolution', ...columns]);
  const dates = query.metricIds.map((id) => findMetric(id)?.unit === 'date');
  for await (const { at, resolution, values } of rows(source, query)) {
    const cells = values.flatMap((three, i) => three.map((value) => cell(value, dates[i] === true)));
    yield line([at.toISOString(), resolution, ...cells]);
  }
}

function* annotationsCsv(annotations: readonly Annotation[]): Generator<string, void, undefined> {
  yield line(['at', 'until', 'kind', 'text', 'data']);
  for (const { at, until, kind, text: said, data } of annotations) {
    const json = data === undefined ? '' : JSON.stringify(data);
    yield line([at.toISOString(), until?.toISOString() ?? '', kind, text(said), text(json)]);
  }
}

async function* json(source: ExportSource, query: ExportQuery): AsyncGenerator<string, void, undefined> {
  const { from, to, metricIds } = query;
  const metrics = metricIds.map((id) => {
    const metric = findMetric(id);
    return metric === undefined ? { id } : { id, label: metric.label, unit: metric.unit };
  });
  const head = { about: source.identity, from, to, metrics, annotations: source.annotations(from, to) };
  yield `${JSON.stringify(head).slice(0, -1)},"readings":[`;
  let separator = '\n';
  for await (const { at, resolution, values } of rows(source, query)) {
    const byId = metricIds.map((id, i) => [id, jsonValue(values[i], resolution)] as const);
    yield `${separator}${JSON.stringify({ at, resolution, values: Object.fromEntries(byId) })}`;
    separator = ',\n';
  }
  yield '\n]}\n';
}

/** A number for a reading; all three for a span of time. */
function jsonValue([min, mean, max]: Row['values'][number] = [null, null, null], resolution: Level['name']): unknown {
  if (mean === null) return null;
  return resolution === 'reading' ? mean : { min, mean, max };
}

function cell(value: number | null, date: boolean): string {
  if (value === null) return '';
  if (date) return new Date(value).toISOString();
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(9)));
}

/**
 * As RFC 4180 quotes it; own, because that is all there is to it, and the libraries are many times as large as this file. A
 * spreadsheet would run what begins like a formula, so an apostrophe goes before it.
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
function text(value: string): string {
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function line(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`;
}
