import type { Diagnosis } from '../../diagnosis/diagnose.ts';
import { askedText, diagnosisSentence, weightText } from '../../diagnosis/report/findingTexts.ts';

/** What is kept of a diagnosis, as plain JSON: what was found in words, and none of the evidence. */
export interface DiagnosisRecord {
  /** ISO 8601; names it, too. */
  readonly at: string;
  /** Id of the connection. */
  readonly connection: string;
  /** What was looked for. */
  readonly asked: string;
  readonly sentence: string;
  readonly findings: readonly RecordedFinding[];
  readonly ruledOut: number;
  readonly unseen: number;
}

export interface RecordedFinding {
  readonly cause: string;
  readonly title: string;
  /** "explains about 85 % of it, certain" */
  readonly weight: string;
  readonly sentence: string;
}

export function diagnosisRecord(diagnosis: Diagnosis, connection: string): DiagnosisRecord {
  return {
    at: diagnosis.at.toISOString(),
    connection,
    asked: askedText(diagnosis),
    sentence: diagnosisSentence(diagnosis),
    findings: diagnosis.findings.map((finding) => ({
      cause: finding.cause.id,
      title: finding.cause.title,
      weight: weightText(finding),
      sentence: finding.sentence,
    })),
    ruledOut: diagnosis.ruledOut.length,
    unseen: diagnosis.unseen.length,
  };
}

/** What was kept may come from another version. */
export function isDiagnosisRecord(value: unknown): value is DiagnosisRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { at, connection, asked, sentence, findings } = value as Partial<Record<keyof DiagnosisRecord, unknown>>;
  return (
    [at, connection, asked, sentence].every((one) => typeof one === 'string') &&
    Array.isArray(findings) &&
    findings.every((one: unknown) => typeof one === 'object' && one !== null && 'title' in one)
  );
}
