import type { Ending } from '../../common/disposable.ts';
import { Emitter, type Event } from '../../common/events.ts';
import { describeError } from '../../common/problem.ts';
import { BackendPoll } from '../../monitoring/backends/backendPoll.ts';
import type { BackendEnding, BackendFacts } from '../../postgres/backends/backendFacts.ts';
import { endingMark, isBackendRecord, type BackendRecord } from '../../presentation/backends/backendRecords.ts';
import { BACKENDS_ROW, backendOfRow, backendsRow } from '../../presentation/backends/backendRows.ts';
import type { App } from '../connection/app.ts';
import { RecordStore } from '../common/recordStore.ts';
import type { Additions, Investigation, InvestigationParts } from '../investigation.ts';
import { getNumber } from '../settings/settings.ts';

/** Rows of the metric table below which the backends stand. */
const GROUP = 'group/connections';

/** The backends below "Connections": read while their row is open; one of them ended when a person asks for it. */
export class Backends implements Investigation, Ending {
  readonly app: App;
  readonly log: InvestigationParts['log'];
  readonly poll: BackendPoll;
  readonly #store: RecordStore<BackendRecord>;
  readonly #wires: readonly Ending[];
  readonly #changed: Emitter<undefined>;
  #looking = false;

  constructor({ app, context, log }: Pick<InvestigationParts, 'app' | 'context' | 'log'>) {
    this.app = app;
    this.log = log;
    this.poll = new BackendPoll({
      log,
      everySeconds: () => getNumber('intervalSeconds', 'window'),
    });
    const kind = { key: 'backends', plural: 'ended backends', keep: 50, isRecord: isBackendRecord, isSame };
    this.#store = new RecordStore<BackendRecord>(context.globalState, kind, log);
    this.#changed = new Emitter((error) => log.error(describeError(error)));
    const changed = (): void => this.#changed.fire(undefined);
    this.#wires = [
      app.onDidChange(() => this.#look()),
      this.poll.onDidChange(changed),
      this.#store.onDidChange(changed),
    ];
  }

  get onDidChange(): Event<undefined> {
    return this.#changed.event;
  }

  /** Of the database that is watched, newest first. */
  get records(): readonly BackendRecord[] {
    const target = this.app.active?.target;
    return this.#store.records.filter((record) => record.target === target);
  }

  additions(now: Date): Additions {
    if (this.app.active === undefined) return {};
    const marks = this.records.map(endingMark).filter((mark) => mark !== undefined);
    return {
      marks,
      rowsBelow: { [GROUP]: [backendsRow(this.#isPaused ? 'paused' : this.poll.seen, this.records, now)] },
    };
  }

  setVisible(_visible: boolean, isOpen: (rowId: string) => boolean): void {
    this.#looking = isOpen(BACKENDS_ROW);
    this.#look();
  }

  /** Asks, ends, and tells what came of it. @param rowId of the tree; undefined: it is chosen from a list */
  async end(ending: BackendEnding, rowId: string | undefined): Promise<void> {
    const { endConnection } = await import('./endConnection.ts');
    const parts = {
      app: this.app,
      log: this.log,
      spare: () => this.poll.database,
      refresh: () => this.poll.refresh(),
      keep: (record: BackendRecord) => this.#store.put(record),
    };
    await endConnection(parts, ending, rowId === undefined ? undefined : this.#backendOf(rowId));
  }

  async dispose(): Promise<void> {
    for (const wire of this.#wires) await wire.dispose();
    await this.poll.dispose();
    this.#store.dispose();
    this.#changed.dispose();
  }

  #backendOf(rowId: string): BackendFacts | undefined {
    return backendOfRow(rowId, this.poll.seen?.reading);
  }

  /** Then nothing of the monitoring is left on the server. */
  get #isPaused(): boolean {
    const { state } = this.app;
    return state.kind === 'connected' && state.monitor.kind === 'paused';
  }

  #look(): void {
    this.poll.look(this.#looking && !this.#isPaused ? this.app.active : undefined);
  }
}

const isSame = (one: BackendRecord, other: BackendRecord): boolean => one.id === other.id;
