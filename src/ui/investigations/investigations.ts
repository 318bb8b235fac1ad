import { EndingStore, type Disposable, type Ending } from '../../common/disposable.ts';
import { Emitter, type Event } from '../../common/events.ts';
import { describeError } from '../../common/problem.ts';
import { COMMANDS, type CommandHandlers } from '../../contributions.ts';
import type { RowsBelow } from '../../presentation/operations/operationRows.ts';
import { rowArgument } from '../../presentation/rows/rowArgument.ts';
import { Backends } from '../backends/backends.ts';
import type { Cleanup } from '../cleanup/cleanup.ts';
import { Diagnoses } from '../diagnosis/diagnoses.ts';
import { Impact } from '../impact/impact.ts';
import { Guide } from '../guide/guide.ts';
import { ChatTools } from '../chat/chatTools.ts';
import { Benchmark } from '../benchmark/benchmark.ts';
import type { Additions, Investigation, InvestigationParts } from '../investigation.ts';
import { routineHandlers } from '../routine/routineHandlers.ts';
import { Routine } from '../routine/routine.ts';

/** All of them. Adding one is making it in the constructor, and naming its commands in `handlers`. */
export class Investigations implements Ending {
  readonly #ends: EndingStore;
  readonly #all: Investigation[] = [];
  readonly #changed: Emitter<undefined>;
  readonly #cleanup: Cleanup;
  readonly #backends: Backends;
  readonly #routine: Routine;
  readonly #diagnoses: Diagnoses;
  readonly #impact: Impact;
  readonly #guide: Guide;
  readonly #benchmark: Benchmark;
  readonly #parts: InvestigationParts;

  constructor(parts: InvestigationParts) {
    this.#parts = parts;
    const { log, cleanup } = parts;
    const onError = (error: unknown): void => {
      log.error(describeError(error));
    };
    this.#ends = new EndingStore(onError);
    this.#changed = new Emitter(onError);
    this.#cleanup = cleanup;
    this.#backends = this.add(new Backends(parts));
    this.#routine = this.add(new Routine(parts));
    this.#diagnoses = this.add(new Diagnoses(parts));
    this.#impact = this.add(new Impact(parts));
    this.#guide = this.add(new Guide(parts));
    this.add(new ChatTools(parts));
    this.#benchmark = this.add(new Benchmark(parts));
  }

  /** What its commands do: all of them together are in COMMAND_ROWS, and one that is missing is an error in commands.ts. */
  get handlers() {
    return {
      ...this.#diagnoses.handlers,
      [COMMANDS.cancelStatement]: (row) => this.#backends.end('cancel', rowArgument(row)?.rowId),
      [COMMANDS.terminateConnection]: (row) => this.#backends.end('terminate', rowArgument(row)?.rowId),
      [COMMANDS.inspectSession]: async () => {
        const { inspectSession } = await import('../inspect/inspectSession.ts');
        await inspectSession(this.#cleanup);
      },
      ...routineHandlers(this.#routine),
      [COMMANDS.exportMonitoring]: async () => {
        const { exportMonitoring } = await import('../export/exportMonitoring.ts');
        await exportMonitoring(this.#parts);
      },
      [COMMANDS.showImpact]: () => this.#impact.show(),
      [COMMANDS.compareCommit]: (hash?: string) => this.#impact.compare(hash),
      [COMMANDS.runGuideBlock]: (block) => this.#guide.run(block),
      [COMMANDS.runBenchmark]: () => this.#benchmark.run(),
      [COMMANDS.compareBenchmarks]: () => this.#benchmark.compare(),
      [COMMANDS.importBenchmark]: () => this.#benchmark.import(),
      [COMMANDS.showBenchmark]: (startedAt) => this.#benchmark.show(startedAt),
    } satisfies Partial<CommandHandlers>;
  }

  get onDidChange(): Event<undefined> {
    return this.#changed.event;
  }

  additions(now: Date): Additions {
    const all = this.#all.map((one) => one.additions?.(now) ?? {});
    return {
      marks: all.flatMap(({ marks = [] }) => marks),
      investigationRows: all.flatMap(({ investigationRows = [] }) => investigationRows),
      rowsBelow: mergedRows(all.map(({ rowsBelow = {} }) => rowsBelow)),
    };
  }

  setVisible(visible: boolean, isOpen: (rowId: string) => boolean): void {
    for (const one of this.#all) one.setVisible?.(visible, isOpen);
  }

  dispose(): Promise<void> {
    this.#changed.dispose();
    return this.#ends.dispose();
  }

  /** Takes part from now on. */
  protected add<T extends Investigation>(one: T): T {
    this.#all.push(one);
    const heard: Disposable | undefined = one.onDidChange?.(() => this.#changed.fire(undefined));
    if (heard !== undefined) this.#ends.add(heard);
    return this.#ends.add(one);
  }
}

function mergedRows(all: readonly RowsBelow[]): RowsBelow {
  const parents = new Set(all.flatMap((rows) => Object.keys(rows)));
  return Object.fromEntries([...parents].map((parent) => [parent, all.flatMap((rows) => rows[parent] ?? [])]));
}
