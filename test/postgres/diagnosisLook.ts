import assert from 'node:assert/strict';
import { unknown, type Measured } from '../../src/common/measured.ts';
import type { Cause } from '../../src/diagnosis/cause.ts';
import { CAUSES } from '../../src/diagnosis/causes/causes.ts';
import { diagnose, type Diagnosis } from '../../src/diagnosis/diagnose.ts';
import { DatabaseSources } from '../../src/diagnosis/evidence/databaseSources.ts';
import { LOOKS } from '../../src/diagnosis/evidence/evidence.ts';
import type { EvidenceSources } from '../../src/diagnosis/evidence/gather.ts';
import { diagnosisReport } from '../../src/diagnosis/report/diagnosisReport.ts';
import type { Symptom } from '../../src/diagnosis/symptom.ts';
import type { ConnectionUse } from '../../src/django/project/connections/connectionUse.ts';
import type { Database } from '../../src/postgres/connect/connection.ts';
import { DJANGO_SESSION } from '../../src/postgres/table/tableName.ts';
import { reportMarkdown } from '../../src/reports/reportMarkdown.ts';

/** A diagnosis of what the database alone tells. */

export const USE: ConnectionUse = { maxAgeSeconds: 0, users: ['postgres'] };
export const CANARY = 'canary0key0that0nobody0may0ever0see';

export interface Looked {
  readonly causes?: readonly Cause[];
  readonly symptom: Symptom;
  readonly use?: ConnectionUse;
  readonly seconds?: number;
}

export async function look(open: () => Promise<Database>, looked: Looked): Promise<Diagnosis> {
  const { symptom, use = USE, seconds = 1.2, causes = CAUSES } = looked;
  const sources = new DatabaseSources({
    open,
    table: DJANGO_SESSION,
    snapshot: () => Promise.resolve(unknown('No monitor watches.')),
    watchSeconds: seconds,
    role: 'postgres',
  });
  const none = Object.fromEntries(
    Object.keys(LOOKS).map((name) => [name, () => Promise.resolve(unknown('No project.'))]),
  );
  const connectionUse = (): Promise<Measured<ConnectionUse>> =>
    Promise.resolve({ how: 'exact', value: use, at: new Date() });
  const all = { ...none, ...sources.sources, connectionUse } as unknown as EvidenceSources;
  const { signal } = new AbortController();
  return await diagnose(all, { symptom, signal, causes }).finally(() => sources.close());
}

/** Its first finding; the report of it says nothing secret. */
export function first(diagnosis: Diagnosis): string {
  const text = reportMarkdown(diagnosisReport(diagnosis, { name: 'x', target: 'y', locale: 'en' }));
  assert.equal(text.includes(CANARY), false, 'a session key is in the report');
  assert.doesNotMatch(text, /undefined|NaN|\[object/u);
  return diagnosis.findings[0]?.cause.id ?? 'nothing';
}

/** What came of each, for the message of a failure. */
export function all({ findings, ruledOut, unseen }: Diagnosis): string {
  return [
    ...findings.map(({ cause: { id }, share, sentence }) => `${id} ${share}: ${sentence}`),
    ...ruledOut.map(({ cause: { id }, sentence }) => `not ${id}: ${sentence}`),
    ...unseen.map(({ cause: { id }, reason }) => `unseen ${id}: ${reason}`),
  ].join('\n');
}
