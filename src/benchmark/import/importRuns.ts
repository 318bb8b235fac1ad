import { Problem } from '../../common/problem.ts';
import type { Arm } from '../run/plan.ts';
import type { BenchmarkRun, RoundFigures, RunKind } from '../run/record.ts';
import { AB_BEGIN, isAb, readAb } from './ab.ts';
import { UnreadableOutput, type ImportedRound } from './imported.ts';
import { readWrk, WRK_BEGIN } from './wrk.ts';

/** A result is a page of text; what is longer is something else. Characters. */
export const MOST_CHARACTERS = 4_000_000;

/**
 * The results that a text holds: of ab or wrk, one behind the other, as several runs of the same give them.
 * @throws Problem 'benchmark-import', which says what is wrong with it
 */
export function readResults(text: string): readonly ImportedRound[] {
  if (text.length > MOST_CHARACTERS) throw unreadable(`It is longer than ${MOST_CHARACTERS / 1e6} million characters.`);
  const plain = text.replaceAll(/\r\n?/g, '\n');
  try {
    if (WRK_BEGIN.test(plain)) return sections(plain, WRK_BEGIN).map(readWrk);
    if (isAb(plain)) return sections(plain, AB_BEGIN).map(readAb);
  } catch (error) {
    if (error instanceof UnreadableOutput) throw unreadable(`It looks like a result, but ${error.message}.`);
    throw error;
  }
  throw unreadable(plain.trim() === '' ? 'There is no text.' : 'It is the output of neither ab nor wrk.');
}

/** @throws Problem where the results are not of one page and one tool: they are rounds of one run */
export function importedRun(
  rounds: readonly ImportedRound[],
  { kind, arm, at }: { readonly kind: RunKind; readonly arm: Arm; readonly at: Date },
): BenchmarkRun {
  const [first, ...rest] = rounds;
  if (first === undefined) throw unreadable('There is no result in it.');
  const other = rest.find(
    ({ url, by, connections }) => url !== first.url || by !== first.by || connections !== first.connections,
  );
  if (other !== undefined) {
    throw unreadable(
      `It holds results of different runs: ${first.url} on ${first.connections} connections, and ${other.url} on ${other.connections}.`,
    );
  }
  const notes = new Set(rounds.flatMap((round) => round.notes));
  return {
    version: 1,
    kind,
    by: first.by,
    startedAt: at.toISOString(),
    endedAt: at.toISOString(),
    url: first.url,
    target: '',
    connections: first.connections,
    requestsPerRound: first.by === 'wrk' ? null : first.answered + first.failed,
    arms: [{ arm, rounds: rounds.map(figuresOf), statements: [] }],
    otherSavesPerSecond: null,
    throttle: '',
    notes: [...notes, `What the database did meanwhile is not known: ${first.by} does not ask it.`],
  };
}

function figuresOf({ seconds, answered, failed, p50, p95, p99 }: ImportedRound): RoundFigures {
  return { seconds, answered, failed, p50, p95, p99, counters: null, machine: null };
}

/** From each beginning to the next; what stands before the first belongs to it. */
function sections(text: string, begin: RegExp): readonly string[] {
  const starts = [...text.matchAll(new RegExp(begin.source, 'gmu'))].map(({ index }) => index);
  const ends = [...starts.slice(1), text.length];
  return starts.length === 0 ? [text] : starts.map((start, i) => text.slice(i === 0 ? 0 : start, ends[i]));
}

function unreadable(why: string): Problem {
  const what = 'The benchmark result could not be imported';
  const next = 'Give all that ab or wrk --latency has printed, from its first line to its last.';
  return new Problem({ code: 'benchmark-import', what, why, next, transient: false });
}
