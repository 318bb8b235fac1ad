import { isOutcome, type CheckOutcome } from './checkVerdict.ts';
import { isPeriod, type Period } from './period.ts';

/** One result of a routine check as it is kept and shown: plain data, also after JSON. */
export interface CheckRecord {
  readonly id: string;
  /** Id of the check. */
  readonly check: string;
  readonly title: string;
  readonly period: Period;
  /** What was checked: "shop on db.example.org:5432, django_session". */
  readonly of: string;
  /** ISO 8601, by this machine's clock. */
  readonly at: string;
  readonly outcome: CheckOutcome;
  /** Who says so: what was gathered, or a person who marked it. */
  readonly by: 'evidence' | 'person';
  /** What a person wrote beside it; '': nothing. */
  readonly note: string;
  /** Sentences with figures; of what a person marked, those of the result that they looked at. */
  readonly evidence: readonly string[];
}

export function isCheckRecord(value: unknown): value is CheckRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { id, check, title, period, of, at, outcome, by, note, evidence } = value as Partial<
    Record<keyof CheckRecord, unknown>
  >;
  return (
    [id, check, title, of, at, note].every((text) => typeof text === 'string') &&
    !Number.isNaN(Date.parse(String(at))) &&
    isPeriod(period) &&
    isOutcome(outcome) &&
    (by === 'evidence' || by === 'person') &&
    Array.isArray(evidence) &&
    evidence.every((one) => typeof one === 'string')
  );
}
