import { join } from 'node:path';
import { Emitter, type Event } from '../common/events.ts';
import { formatDuration } from '../common/format.ts';
import type { Log } from '../common/log.ts';
import { describeError, type ProblemText } from '../common/problem.ts';
import { systemClock } from '../monitoring/poll/clock.ts';
import type { Clock } from '../monitoring/poll/monitorTypes.ts';
import { beginningOfCounters } from '../monitoring/snapshot/rates.ts';
import type { Snapshot } from '../monitoring/snapshot/snapshot.ts';
import type { Exchange, Readings, Shared } from '../monitoring/watch/exchange.ts';
import { append } from './append.ts';
import { HistoryPlace } from './historyPlace.ts';
import type { StoreIdentity } from './identity.ts';
import { fold } from './levels/fold.ts';
import { RETENTION, type Level } from './levels/retention.ts';
import { valuesOf } from './levels/values.ts';
import { fromRow, toRow, type Annotation } from './ranges/annotations.ts';
import { exportRange, levelAt, type ExportQuery, type ExportSource } from './ranges/exportRange.ts';
import type { Extent } from './ranges/extent.ts';
import type { RangeData, RangeQuery } from './ranges/rangeData.ts';
import { readPoints, readRange } from './ranges/readRange.ts';
import { loadSqlite, type Sqlite } from './sqlite/openSqlite.ts';
import { clockProblem, noSqlite } from './storeProblems.ts';
import { Election } from './windows/election.ts';
import { parseShared, stringifyShared } from './windows/sharedJson.ts';
import { SHARED_SHAPES } from './windows/sharedShapes.ts';

export interface HistoryStoreParts {
  /** Folder for the files, such as the extension's global storage; made when it is missing. */
  readonly folder: string;
  readonly identity: StoreIdentity;
  readonly log: Log;
  /** Milliseconds between two readings. */
  readonly everyMs: number;
  readonly clock?: Clock;
  /** Undefined: Node's own, if it has one. */
  readonly sqlite?: Sqlite;
}

/** A clock that differs from the server's by more, or has been put back by more, would store readings where nobody looks. */
const CLOCK_TOLERANCE_MS = 24 * 3600 * 1000;

/**
 * The history that lasts: what one window stores, all windows on the same database read. Nothing that happens to its file
 * stops the monitoring: no method throws for it; what is wrong is in `problem`, and told once by `onDidNotice`.
 */
export class HistoryStore implements Exchange {
  readonly election: Election;
  readonly onDidChangeProblem: Event<ProblemText | undefined>;
  /** A file was set aside: to be shown once. */
  readonly onDidNotice: Event<ProblemText>;
  readonly #place: HistoryPlace;
  readonly #identity: StoreIdentity;
  readonly #problemChanged: Emitter<ProblemText | undefined>;
  readonly #noticed: Emitter<ProblemText>;
  readonly #log: Log;
  readonly #warned = new Set<string>();
  #clockProblem: ProblemText | undefined;
  #known: ProblemText | undefined;

  /** Opens the file. Never rejects for it. */
  static async open(parts: HistoryStoreParts): Promise<HistoryStore> {
    return new HistoryStore(parts, parts.sqlite ?? (await loadSqlite()));
  }

  /** @param sqlite undefined: this Node has none, all stays in memory */
  constructor({ folder, identity, log, everyMs, clock = systemClock }: HistoryStoreParts, sqlite: Sqlite | undefined) {
    const onError = (error: unknown): void => log.error(describeError(error));
    this.#log = log;
    this.#identity = identity;
    this.folder = folder;
    this.#problemChanged = new Emitter(onError);
    this.#noticed = new Emitter(onError);
    this.onDidChangeProblem = this.#problemChanged.event;
    this.onDidNotice = this.#noticed.event;
    this.#place = new HistoryPlace({
      sqlite,
      path: join(folder, identity.fileName),
      log,
      clock,
      without: noSqlite(process.versions.node),
      onNotice: (notice) => this.#noticed.fire(notice),
      onChange: () => this.#tell(),
    });
    this.#place.open();
    this.#known = this.problem;
    this.election = new Election({ row: () => this.#place.lease, log, everyMs, clock });
  }

  /** Why the history is not kept as it should be; undefined: all is well. */
  get problem(): ProblemText | undefined {
    return this.#clockProblem ?? this.#place.problem;
  }

  /** Where the files are, or would be. */
  readonly folder: string;

  /** Undefined: in memory. */
  get path(): string | undefined {
    return this.#place.file.path;
  }

  /** A file that was set aside when this was opened, before anybody could listen. */
  get notice(): ProblemText | undefined {
    return this.#place.notice;
  }

  get bytes(): number {
    return this.#place.read((file) => file.bytes()) ?? 0;
  }

  /**
   * Stores a snapshot if this window polls; one of the same moment (its details came later) takes the earlier one's place.
   * False: it was not stored, because another window polls or the clock is wrong.
   */
  add(snapshot: Snapshot): boolean {
    const at = snapshot.at.getTime();
    if (this.election.role === 'none' || this.election.role === 'follower' || !this.#clockIsRight(snapshot))
      return false;
    const every = Math.max(1, Math.round(snapshot.monitor.intervalSeconds * 1000));
    const values = valuesOf(snapshot);
    return this.#place.write((file, isSpare) => {
      const stored = file.transaction(() => {
        // Asked inside the transaction, so that a window that was stopped meanwhile can't store a second reading.
        if (!isSpare && !this.election.confirm()) return false;
        append(file, at, every, values);
        const begun = beginningOfCounters(snapshot.rates);
        if (begun !== undefined) file.putAnnotation(toRow({ kind: 'reset', at: snapshot.at, text: begun }));
        return true;
      });
      if (stored) fold(file, at);
      return stored;
    });
  }

  /** Stores what happened; of the same event it takes the place of what was stored before. */
  annotate(annotation: Annotation): void {
    this.#place.write((file) => file.putAnnotation(toRow(annotation)));
  }

  /**
   * Stores what happened unless it is known: `isKnown` is asked what has been stored since, oldest first, while other windows
   * wait, so that of several that see the same event one stores it. False: it was known.
   */
  annotateUnless(annotation: Annotation, since: Date, isKnown: (earlier: readonly Annotation[]) => boolean): boolean {
    return this.#place.write((file) =>
      file.transaction(() => {
        const rows = file.annotations(since.getTime(), Infinity);
        if (isKnown(rows.flatMap((row) => fromRow(row) ?? []))) return false;
        file.putAnnotation(toRow(annotation));
        return true;
      }),
    );
  }

  /** Those that lie in the range or reach into it, oldest first. */
  annotations(from: Date, to: Date): readonly Annotation[] {
    const rows = this.#place.readBoth((file) => file.annotations(from.getTime(), to.getTime()));
    return rows
      .flat()
      .sort((a, b) => a.at - b.at)
      .flatMap((row) => fromRow(row) ?? []);
  }

  /** The range for a chart, from whichever window stored it. Empty when the file can't be read. */
  readRange(query: RangeQuery): RangeData {
    return this.#readPoints(query, true);
  }

  #readPoints(query: RangeQuery, marksGaps: boolean): RangeData {
    const { spare } = this.#place;
    const data = this.#place.read((file) =>
      file.consistently(() => {
        const source = { file, ...(spare === file ? {} : { pending: spare }) };
        return marksGaps ? readRange(source, query) : readPoints(source, query, []);
      }),
    );
    const nothing = (metricId: string): RangeData['series'][number] => ({ metricId, min: [], mean: [], max: [] });
    return data ?? { at: [], stepMs: 0, series: query.metricIds.map(nothing) };
  }

  /** Streams a range as text, as fine as it is stored. */
  exportRange(query: ExportQuery): AsyncGenerator<string, void, undefined> {
    const source: ExportSource = {
      identity: this.#identity.text,
      annotations: (from, to) => this.annotations(from, to),
      readAll: (metricIds, from, to) => this.#readPoints({ metricIds, from, to, maxPoints: Infinity }, false),
      levelAt: (at) => this.levelAt(at),
    };
    return exportRange(source, query);
  }

  /** The finest level that still has this time. */
  levelAt(at: Date): Level {
    return this.#place.read((file) => levelAt(file, at)) ?? RETENTION[0];
  }

  /** Hands a reading to the other windows, if this one polls. */
  share<K extends keyof Readings>(kind: K, value: Readings[K], at: Date): boolean {
    return this.#place.write((file, isSpare) =>
      file.transaction(() => {
        if (!isSpare && !this.election.confirm()) return false;
        file.share(kind, { at: at.getTime(), data: stringifyShared(value) });
        return true;
      }),
    );
  }

  /** The newest of its kind. Another window has written it, perhaps by another version: what can't be taken is as if it weren't there. */
  shared<K extends keyof Readings>(kind: K): Shared<Readings[K]> | undefined {
    const row = this.#place.read((file) => file.shared(kind));
    if (row === undefined) return undefined;
    try {
      return { at: row.at, value: SHARED_SHAPES[kind](parseShared(row.data)) };
    } catch (error) {
      this.#tellOnce(`What another window has read (${kind}) is not taken: ${describeError(error)}`);
      return undefined;
    }
  }

  #tellOnce(message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.#log.warn(message);
  }

  /** First and last time of which something is stored; undefined: nothing yet. */
  extent(): Extent | undefined {
    return this.#place.extent();
  }

  /** Gives the lease back and closes the file. */
  dispose(): void {
    this.election.dispose();
    this.#place.close();
    this.#problemChanged.dispose();
    this.#noticed.dispose();
  }

  #clockIsRight({ at, metrics }: Snapshot): boolean {
    const skew = Math.abs(at.getTime() - metrics.serverTime.getTime());
    const last = this.#place.read((file) => file.lastReading())?.at ?? -Infinity;
    const back = last - at.getTime();
    const why =
      skew > CLOCK_TOLERANCE_MS
        ? `The clocks of this machine and of the server differ by ${formatDuration(skew / 1000)}.`
        : back > CLOCK_TOLERANCE_MS
          ? `The clock of this machine was ${formatDuration(back / 1000)} later when the last reading was stored.`
          : undefined;
    this.#clockProblem = why === undefined ? undefined : clockProblem(why);
    this.#tell();
    return why === undefined;
  }

  #tell(): void {
    const { problem } = this;
    if (problem?.code === this.#known?.code && problem?.why === this.#known?.why) return;
    this.#known = problem;
    this.#problemChanged.fire(problem);
  }
}
