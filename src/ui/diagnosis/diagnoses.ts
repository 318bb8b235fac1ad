import * as vscode from 'vscode';
import { EndingStore } from '../../common/disposable.ts';
import { describeError, Problem } from '../../common/problem.ts';
import { COMMANDS, type CommandHandlers, type RowArgument } from '../../contributions.ts';
import type { Diagnosis } from '../../diagnosis/diagnose.ts';
import { LOOKS } from '../../diagnosis/evidence/evidence.ts';
import { diagnosisSentence } from '../../diagnosis/report/findingTexts.ts';
import { SYMPTOMS, type Symptom } from '../../diagnosis/symptom.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import {
  isDiagnosisRecord,
  diagnosisRecord,
  type DiagnosisRecord,
} from '../../presentation/diagnosis/diagnosisRecord.ts';
import { diagnosisMark, diagnosisRow } from '../../presentation/diagnosis/diagnosisRows.ts';
import { rowArgument } from '../../presentation/rows/rowArgument.ts';
import { symptomOf } from '../../presentation/rows/suggestions.ts';
import { showInformationMessage } from '../common/messages.ts';
import { withCancel } from '../common/progress.ts';
import { RecordStore, type RecordKind } from '../common/recordStore.ts';
import { runCommand, runOffered } from '../common/runCommand.ts';
import { saveReportFile } from '../common/saveReportFile.ts';
import type { Additions, Investigation, InvestigationParts } from '../investigation.ts';
import { askSymptom } from './askSymptom.ts';
import { DiagnosisDocuments } from './diagnosisDocuments.ts';
import { lookForCauses } from './lookForCauses.ts';
import { foldersOnDisk } from '../common/foldersOnDisk.ts';

const DIAGNOSES: RecordKind<DiagnosisRecord> = {
  key: 'diagnoses',
  plural: 'diagnoses',
  keep: 20,
  isRecord: isDiagnosisRecord,
  isSame: (one, other) => one.at === other.at,
};

/** Looks for causes: asks which symptom, gathers the evidence, reports, and keeps what was found. */
export class Diagnoses implements Investigation {
  readonly #parts: InvestigationParts;
  readonly #ends: EndingStore;
  readonly #records: RecordStore<DiagnosisRecord>;
  readonly #documents: DiagnosisDocuments;
  #isRunning = false;

  constructor(parts: InvestigationParts) {
    const { context, log } = parts;
    this.#parts = parts;
    this.#ends = new EndingStore((error) => log.error(describeError(error)));
    this.#records = this.#ends.add(new RecordStore(context.workspaceState, DIAGNOSES, log));
    this.#documents = this.#ends.add(new DiagnosisDocuments());
  }

  get handlers() {
    return {
      [COMMANDS.diagnose]: (from) => this.diagnose(from),
      [COMMANDS.openDiagnosis]: () => this.#reopen(),
      [COMMANDS.saveDiagnosis]: () => this.#save(),
    } satisfies Partial<CommandHandlers>;
  }

  get onDidChange(): RecordStore<DiagnosisRecord>['onDidChange'] {
    return this.#records.onDidChange;
  }

  additions(now: Date): Additions {
    const { active } = this.#parts.app;
    if (active === undefined) return {};
    const records = this.#records.records.filter(({ connection }) => connection === active.id);
    const open = this.#documents.newest?.diagnosis.at.toISOString();
    return {
      marks: records.map(diagnosisMark),
      investigationRows: [diagnosisRow(records, open !== undefined && open === records[0]?.at, now)],
    };
  }

  /** `from`: the row of an alert says what is wrong, otherwise it is asked. */
  async diagnose(from?: RowArgument | string): Promise<void> {
    const { state, active } = this.#parts.app;
    if (state.kind !== 'connected' || active === undefined) throw new Problem(NOTHING_TO_DIAGNOSE);
    if (this.#isRunning) throw new Problem(RUNNING);
    const row = rowArgument(from)?.rowId;
    const ofAlert = row?.startsWith('alert/') === true ? symptomOf(row.slice('alert/'.length)) : undefined;
    const asked = ofAlert === undefined ? await askSymptom(state.alerts) : { symptom: ofAlert };
    if (asked === undefined) return;
    this.#isRunning = true;
    try {
      const diagnosis = await this.#run(asked.symptom, active);
      if (diagnosis === undefined) {
        vscode.window.setStatusBarMessage('The diagnosis was cancelled.', 5000);
        return;
      }
      await this.#report(diagnosis, active);
    } finally {
      this.#isRunning = false;
    }
  }

  dispose(): Promise<void> {
    return this.#ends.dispose();
  }

  /** undefined: it was cancelled. */
  async #run(symptom: Symptom | undefined, connection: Connection): Promise<Diagnosis | undefined> {
    const title = `Diagnosing: ${symptom === undefined ? 'find out' : SYMPTOMS[symptom].toLowerCase()}`;
    return await withCancel(title, async ({ signal, report }) => {
      try {
        return await lookForCauses(this.#parts, connection, {
          signal,
          onProgress: (name, done, of) => report(`Looking at ${LOOKS[name]} (${done + 1} of ${of})`, done / of),
          ...(symptom === undefined ? {} : { symptom }),
        });
      } catch (error) {
        if (signal.aborted) return undefined;
        throw error;
      }
    });
  }

  async #report(diagnosis: Diagnosis, { id, name, target }: Connection): Promise<void> {
    const { diagnosisReport } = await import('../../diagnosis/report/diagnosisReport.ts');
    const folder = foldersOnDisk()[0]?.uri.fsPath;
    const options = { name, target, locale: vscode.env.language, ...(folder === undefined ? {} : { folder }) };
    await this.#documents.open(diagnosis, diagnosisReport(diagnosis, options));
    await this.#records.put(diagnosisRecord(diagnosis, id));
    void this.#tell(diagnosis);
  }

  /** What helps most is one button away, from the keyboard too. */
  async #tell(diagnosis: Diagnosis): Promise<void> {
    const SAVE = 'Save…';
    const remedy = diagnosis.findings[0]?.remedies.find(({ command }) => command !== undefined);
    const buttons = [...(remedy === undefined ? [] : [remedy.title]), SAVE];
    const chosen = await showInformationMessage(diagnosisSentence(diagnosis), ...buttons);
    if (chosen === SAVE) await runCommand(COMMANDS.saveDiagnosis);
    else if (chosen !== undefined && remedy?.command !== undefined) await runOffered(remedy.command, remedy.arguments);
  }

  async #reopen(): Promise<void> {
    const { newest } = this.#documents;
    if (newest === undefined) throw new Problem(NO_REPORT);
    await this.#documents.show(newest.uri);
  }

  async #save(): Promise<void> {
    const { current } = this.#documents;
    if (current === undefined) throw new Problem(NO_REPORT);
    const { report, diagnosis } = current;
    await saveReportFile({
      title: 'Save Diagnosis',
      name: `${report.title} ${diagnosis.at.toISOString().slice(0, 16)}`,
      extension: 'md',
      compose: () => Promise.resolve(report),
      log: this.#parts.log,
    });
  }
}

const NOTHING_TO_DIAGNOSE = {
  code: 'nothing-to-diagnose',
  what: 'There is nothing to diagnose',
  why: 'No database is watched.',
  next: 'Connect to a database first.',
  transient: false,
};

const RUNNING = {
  code: 'diagnosis-running',
  what: 'The diagnosis was not begun',
  why: 'Another one is running.',
  next: 'Wait until it is done, or cancel it in its notification.',
  transient: true,
};

const NO_REPORT = {
  code: 'no-diagnosis',
  what: 'There is no diagnosis to show',
  why: 'None was made since this window was opened.',
  next: 'Run "Django Sessions: Diagnose…".',
  transient: false,
};
