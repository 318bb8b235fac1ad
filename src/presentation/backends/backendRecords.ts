import { formatDuration } from '../../common/format.ts';
import type { Annotation } from '../../history/ranges/annotations.ts';
import type { BackendEnding, BackendFacts } from '../../postgres/backends/backendFacts.ts';
import type { BackendEnded } from '../../postgres/backends/endBackend.ts';
import { withoutNumbers } from '../../postgres/backends/withoutValues.ts';
import { oneLine } from '../texts/plainLabel.ts';
import { backendName, stateText } from './backendTexts.ts';

/** One ending as it is kept and shown: plain data. */
export interface BackendRecord {
  readonly id: string;
  /** ISO 8601, by this machine's clock. */
  readonly at: string;
  /** Who asked, by the user name of this machine. */
  readonly who: string;
  /** Database.target. */
  readonly target: string;
  readonly ending: BackendEnding;
  readonly outcome: BackendEnded['outcome'] | 'failed';
  /** What was hit: "gunicorn (4711)", its user, what it did. */
  readonly name: string;
  readonly user: string;
  readonly did: string;
  /** With neither strings nor numbers in it. */
  readonly statement: string;
  readonly waited: number;
  readonly freed: number;
  readonly elapsedMs: number;
  /** Why it was not done, a sentence. */
  readonly problem?: string;
}

const KEPT_LENGTH = 200;

export function recordOfEnding(
  backend: BackendFacts,
  ending: BackendEnding,
  done: Pick<BackendRecord, 'outcome' | 'waited' | 'freed' | 'elapsedMs' | 'problem'>,
  context: Pick<BackendRecord, 'id' | 'at' | 'who' | 'target'>,
): BackendRecord {
  const statement = withoutNumbers(backend.statement ?? '').slice(0, KEPT_LENGTH);
  const name = backendName(backend);
  return { ...context, ending, ...done, name, user: oneLine(backend.user ?? ''), did: stateText(backend), statement };
}

export function isBackendRecord(value: unknown): value is BackendRecord {
  if (typeof value !== 'object' || value === null) return false;
  const record = value as Partial<Record<keyof BackendRecord, unknown>>;
  const texts = [record.id, record.at, record.target, record.name, record.user, record.did, record.statement];
  return (
    texts.every((text) => typeof text === 'string') &&
    (record.ending === 'cancel' || record.ending === 'terminate') &&
    typeof record.outcome === 'string' &&
    [record.waited, record.freed, record.elapsedMs].every((number) => typeof number === 'number')
  );
}

const TITLES: Readonly<Record<BackendEnding, string>> = {
  cancel: 'Statement cancelled',
  terminate: 'Connection terminated',
};
const NOT_DONE: Readonly<Record<Exclude<BackendRecord['outcome'], 'ended'>, string>> = {
  notEnded: 'it was asked to and had not ended yet',
  gone: 'it had ended by itself before',
  failed: 'it failed',
};

export function endingTitle({ ending, outcome }: Pick<BackendRecord, 'ending' | 'outcome'>): string {
  if (outcome === 'ended') return TITLES[ending];
  return ending === 'cancel' ? 'Statement not cancelled' : 'Connection not terminated';
}

/** "gunicorn (4711) of user shop, idle in transaction 4 min: ended in 12 ms, 2 of 2 that waited for it go on" */
export function endingDetail(record: BackendRecord): string {
  const { name, user, did, outcome } = record;
  return `${name}${user === '' ? '' : ` of user ${user}`}, ${did}: ${outcomeText(outcome, record)}`;
}

export function outcomeText(
  outcome: BackendRecord['outcome'],
  { elapsedMs, waited, freed, problem }: Pick<BackendRecord, 'elapsedMs' | 'waited' | 'freed' | 'problem'>,
): string {
  const locks = waited === 0 ? '' : `, ${freed} of ${waited} that waited for it ${freed === 1 ? 'goes' : 'go'} on`;
  if (outcome === 'ended') return `ended in ${formatDuration(elapsedMs / 1000)}${locks}`;
  return [NOT_DONE[outcome], ...(problem === undefined ? [] : [problem])].join(': ');
}

/** For the dashboard and the history: what nothing came of is no mark. */
export function endingMark(record: BackendRecord): Annotation | undefined {
  if (record.outcome === 'gone' || record.outcome === 'failed') return undefined;
  const text = `${endingTitle(record)}: ${endingDetail(record)}`;
  return { kind: 'backend', at: new Date(record.at), text, data: { id: record.id } };
}
