import type { Log } from '../../common/log.ts';
import { unknown, type Unknown } from '../../common/measured.ts';
import { Problem, problemLine, type ProblemText } from '../../common/problem.ts';
import {
  eachFigure,
  type ApplicationReading,
  type ApplicationSource,
} from '../../services/applicationMetrics/applicationReading.ts';
import type { ApplicationSources } from '../../services/createApplicationSources.ts';

/** What the settings name. */
export interface ApplicationSetup {
  readonly sources: ApplicationSources;
  /** Settings that can't be used; those of the sources among them. */
  readonly problems: readonly Problem[];
  /** Two setups with the same key read the same. Holds no secret. */
  readonly key: string;
}

/** All that is known of the application, for rows, the dashboard and commands. */
export type ApplicationState =
  /** Restricted Mode, or the settings have not been looked at yet. */
  | { readonly kind: 'untrusted' | 'waiting' | 'notConfigured' }
  | {
      readonly kind: 'configured';
      /** Without query; '' where the address can't be used. */
      readonly address: string;
      /** The last one, however old; undefined: there was none yet. */
      readonly reading?: ApplicationReading;
      /** What holds now: figures that are old are unknown in it. */
      readonly current?: ApplicationReading;
      /** Why the last attempt failed; undefined: it did not. */
      readonly problem?: ProblemText;
      /** Told of settings, beside what works. */
      readonly notes: readonly string[];
    };

/** @param current what holds now, of what was told */
export function configuredState(
  setup: ApplicationSetup | undefined,
  { reading, problem }: LastAttempt,
  current: ApplicationReading | undefined,
): ApplicationState {
  if (setup === undefined) return { kind: 'waiting' };
  const { live } = setup.sources;
  if (live === undefined && problem === undefined) return { kind: 'notConfigured' };
  return {
    kind: 'configured',
    address: live?.address ?? '',
    ...(reading && { reading }),
    ...(current && { current }),
    ...(problem && { problem }),
    notes: setup.problems.filter((one) => one !== problem).map(problemLine),
  };
}

const NOT_YET = unknown('It has not been read yet.', 'It is known with the next reading.');
const PAUSED = unknown('Monitoring is paused.', 'Resume monitoring.');

/** Why there are no figures of now. */
export function reasonOf(problem: ProblemText | undefined, isPaused: boolean): Unknown {
  if (isPaused) return PAUSED;
  return problem === undefined ? NOT_YET : unknown(problem.why, problem.next);
}

/** A reading that says nothing but why. */
export function emptyReading(
  source: Pick<ApplicationReading, 'address' | 'from'>,
  at: Date,
  reason: Unknown,
): ApplicationReading {
  const { address, from } = source;
  return { at, address, from, figures: eachFigure(() => reason), notes: [], tookMs: 0 };
}

/** What came of the readings so far. */
export interface LastAttempt {
  /** The last one, however old. */
  readonly reading: ApplicationReading | undefined;
  /** Why the last attempt failed. */
  readonly problem: ProblemText | undefined;
}

export const NOTHING_TOLD: LastAttempt = { reading: undefined, problem: undefined };

/** Never rejects: what is wrong is in `problem`. */
export async function attempt(source: ApplicationSource, signal: AbortSignal): Promise<LastAttempt> {
  try {
    return { reading: await source.read(signal), problem: undefined };
  } catch (error) {
    return { reading: undefined, problem: error instanceof Problem ? error : unexpected(source.address, error) };
  }
}

function unexpected(address: string, error: unknown): Problem {
  const why = error instanceof Error ? error.message : String(error);
  return new Problem(
    {
      code: 'application-failed',
      what: `Cannot read the metrics of ${address}`,
      why: `Something unexpected failed: ${why.replace(/[.\s]*$/u, '.')}`,
      next: 'It is tried again by itself; the log tells more.',
      transient: true,
    },
    { cause: error },
  );
}

/** A problem is worth a line in the log when it comes and when it goes, not at each attempt. */
export function logAttempt(log: Log, was: LastAttempt, { reading, problem }: LastAttempt): void {
  if (problem !== undefined) log[problem.code === was.problem?.code ? 'trace' : 'warn'](problemLine(problem));
  else if (was.problem !== undefined) log.info(`The application metrics are read again from ${reading?.address ?? ''}`);
  else if (was.reading === undefined && reading !== undefined)
    log.info(`Application metrics from ${reading.address}: ${reading.metrics?.label ?? 'no histogram found yet'}`);
}

/** Without what an error has besides: it can be handed to other windows. */
export function problemText({ code, what, why, next, transient }: ProblemText): ProblemText {
  return { code, what, why, next, transient };
}
