import { inspect } from 'node:util';

/**
 * What went wrong in the form in which a person is told: what failed, why, what to do next. Every room throws these;
 * the views render them alike. `message` is "what: why. next", so that a log line says everything too.
 */
export interface ProblemText {
  /** Stable and machine readable, in kebab case: 'wrong-password', 'table-missing'. */
  readonly code: string;
  /** What failed, without a full stop: "Cannot connect to shop on db.example.org:5432". */
  readonly what: string;
  /** Why, a sentence: "The server refused the password of user app." */
  readonly why: string;
  /** What to do, a sentence: "Check the password (PASSWORD in DATABASES), or enter another." */
  readonly next: string;
  /** Whether trying again without any change can help: the poller retries these, and only these. */
  readonly transient: boolean;
}

export class Problem extends Error implements ProblemText {
  readonly code: string;
  readonly what: string;
  readonly why: string;
  readonly next: string;
  readonly transient: boolean;

  constructor(text: ProblemText, options?: { cause?: unknown }) {
    super(problemLine(text), options);
    this.name = 'Problem';
    this.code = text.code;
    this.what = text.what;
    this.why = text.why;
    this.next = text.next;
    this.transient = text.transient;
  }
}

/** All of it in one line, as the message of a Problem says it. */
export function problemLine({ what, why, next }: ProblemText): string {
  return `${what}: ${why} ${next}`;
}

/** The message of anything thrown with its chain of causes, for the log; never a stack of a Problem, whose text says it all. */
export function describeError(error: unknown): string {
  const parts: string[] = [];
  let e: unknown = error;
  for (let depth = 0; e !== undefined && e !== null && depth < 8; depth++) {
    parts.push(
      e instanceof Error
        ? e instanceof Problem
          ? e.message
          : `${e.name}: ${e.message}`
        : typeof e === 'string'
          ? e
          : inspect(e),
    );
    e = e instanceof Error ? e.cause : undefined;
  }
  return parts.join(' ← ');
}
