import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable.ts';
import { Emitter, type Event } from '../../common/events.ts';
import { describeError } from '../../common/problem.ts';
import { SETTINGS_SECTION } from '../../contributions.ts';
import { isCheckRecord, type CheckRecord } from '../../diagnosis/routine/checkRecord.ts';
import type { CheckOutcome } from '../../diagnosis/routine/checkVerdict.ts';
import type { CheckSources } from '../../diagnosis/routine/gatherChecks.ts';
import type { RoutineCheck } from '../../diagnosis/routine/routineCheck.ts';
import { ROUTINE_CHECKS } from '../../diagnosis/routine/routineChecks.ts';
import { standingsOf, type CheckStanding } from '../../diagnosis/routine/standing.ts';
import { teamChecks, type TeamChecks } from '../../diagnosis/routine/teamChecks.ts';
import { recordText, routineRow } from '../../presentation/routine/checkRows.ts';
import { causeText } from '../../presentation/tree/writerRows.ts';
import { RecordStore } from '../common/recordStore.ts';
import type { Additions, Investigation, InvestigationParts } from '../investigation.ts';
import { readSetting } from '../settings/settings.ts';
import { CheckReminder } from './checkReminder.ts';
import { checkedBy } from '../../presentation/routine/checkedBy.ts';

const SETTING = 'routineChecks.additional';

/** The routine checks of the connection that is watched: what is due, what came of them, and what they are judged by. */
export class Routine implements Investigation {
  readonly parts: InvestigationParts;
  readonly #store: RecordStore<CheckRecord>;
  readonly #changed: Emitter<undefined>;
  readonly #subscriptions: readonly Disposable[];
  #team: TeamChecks;
  #running: ReadonlySet<string> = new Set();

  constructor(parts: InvestigationParts) {
    const { app, context, log } = parts;
    this.parts = parts;
    this.#store = new RecordStore(context.globalState, KIND, log);
    this.#changed = new Emitter((error) => {
      log.error(describeError(error));
    });
    this.#team = this.#readTeam();
    const reminder = new CheckReminder(this, context.globalState, log);
    this.#subscriptions = [
      this.#store,
      this.#store.onDidChange(() => this.#changed.fire(undefined)),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration(`${SETTINGS_SECTION}.routineChecks`)) return;
        this.#team = this.#readTeam();
        this.#changed.fire(undefined);
      }),
      reminder,
      app.onDidChange(() => reminder.look()),
      this.#changed.event(() => reminder.look()),
    ];
  }

  get onDidChange(): Event<undefined> {
    return this.#changed.event;
  }

  get checks(): readonly RoutineCheck[] {
    return [...ROUTINE_CHECKS, ...this.#team.checks];
  }

  /** Of the connection that is watched, newest first. */
  get records(): readonly CheckRecord[] {
    const of = checkedBy(this.parts.app.active);
    return this.#store.records.filter((record) => record.of === of);
  }

  standings(now: Date): readonly CheckStanding[] {
    return standingsOf(this.checks, this.records, now);
  }

  additions(now: Date): Additions {
    if (this.parts.app.active === undefined) return {};
    const { problems } = this.#team;
    return {
      investigationRows: [routineRow({ standings: this.standings(now), running: this.#running, problems }, now)],
    };
  }

  /** undefined: nothing is watched. */
  get sources(): CheckSources | undefined {
    const { app, cleanupService, rollback, source, writers } = this.parts;
    const { state } = app;
    if (state.kind !== 'connected') return undefined;
    const { snapshot } = state.monitor;
    const saves = snapshot?.detail?.saves.value;
    const { found } = writers;
    return {
      snapshot,
      history: source,
      alerts: state.alerts,
      service: cleanupService.state,
      throttle: rollback.watch.state,
      writer: saves === undefined || found === undefined ? undefined : causeText(saves, found),
    };
  }

  /** Shows that these are being made, while `work` goes on. */
  async whileRunning<T>(ids: readonly string[], work: () => Promise<T>): Promise<T> {
    const show = (running: readonly string[]): void => {
      this.#running = new Set(running);
      this.#changed.fire(undefined);
    };
    show([...this.#running, ...ids]);
    try {
      return await work();
    } finally {
      show([...this.#running].filter((id) => !ids.includes(id)));
    }
  }

  /** Keeps a result, and marks it in the history of what was checked. */
  async keep({ id, title, period }: RoutineCheck, result: CheckResult): Promise<CheckRecord | undefined> {
    const of = checkedBy(this.parts.app.active);
    if (of === undefined) return undefined;
    const at = new Date();
    const record: CheckRecord = { id: randomUUID(), check: id, title, period, of, at: at.toISOString(), ...result };
    await this.#store.put(record);
    this.parts.source.store?.annotate({ kind: 'check', at, text: recordText(record), data: { id: record.id } });
    return record;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  #readTeam(): TeamChecks {
    const ids = ROUTINE_CHECKS.map(({ id }) => id);
    const team = teamChecks(readSetting(SETTING, 'window'), ids);
    for (const problem of team.problems) this.parts.log.warn(`${SETTINGS_SECTION}.${SETTING}: ${problem}`);
    return team;
  }
}

interface CheckResult {
  readonly outcome: CheckOutcome;
  readonly by: CheckRecord['by'];
  readonly note: string;
  readonly evidence: readonly string[];
}

const KIND = {
  key: 'routineChecks',
  plural: 'routine checks',
  /** More than a year of all of them on one connection. */
  keep: 600,
  isRecord: isCheckRecord,
  isSame: (one: CheckRecord, other: CheckRecord) => one.id === other.id,
};
