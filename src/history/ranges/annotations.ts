import type { AnnotationRow } from '../sqlite/historyFile.ts';

/** What happened, to be seen beside the curves. */
export const ANNOTATION_KINDS = [
  'cleanup',
  'rollback',
  'restore',
  'restart',
  'alertFiring',
  'alertCleared',
  'benchmark',
  'diagnosis',
  /** A routine check. */
  'check',
  /** A statement was cancelled or a connection terminated from here. */
  'backend',
  /** A commit that touched what sessions hang on. */
  'commit',
  /** Where the rate of saves changed for good. */
  'changePoint',
  /** Nobody has read for more than three intervals. Written by the store itself. */
  'gap',
  /** Counters of the server began anew: rates are of the time since. Written by the store itself. */
  'reset',
] as const;
export type AnnotationKind = (typeof ANNOTATION_KINDS)[number];

export interface Annotation {
  readonly kind: AnnotationKind;
  readonly at: Date;
  /** When it ended; without it, it was a moment. */
  readonly until?: Date;
  /** One sentence for people, with figures. */
  readonly text: string;
  /** What names it beside kind and time, as plain JSON: the id of a rule or of a record. */
  readonly data?: unknown;
}

/** The same event, whatever is said of it. */
export function isSame(one: Annotation, other: Annotation): boolean {
  return (
    one.kind === other.kind &&
    one.at.getTime() === other.at.getTime() &&
    JSON.stringify(one.data) === JSON.stringify(other.data)
  );
}

export function toRow({ kind, at, until, text, data }: Annotation): AnnotationRow {
  return {
    kind,
    at: at.getTime(),
    until: until?.getTime() ?? null,
    text,
    data: data === undefined ? null : JSON.stringify(data),
  };
}

/** A kind that this version does not know is left out: it can't say what it is. */
export function fromRow({ kind, at, until, text, data }: AnnotationRow): Annotation | undefined {
  const known = ANNOTATION_KINDS.find((candidate) => candidate === kind);
  if (known === undefined) return undefined;
  return {
    kind: known,
    at: new Date(at),
    ...(until === null ? {} : { until: new Date(until) }),
    text,
    ...(data === null ? {} : { data: parsed(data) }),
  };
}

/** What can't be read names nothing: the event is shown all the same. */
function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
