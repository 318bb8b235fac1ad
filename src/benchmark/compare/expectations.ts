import { formatPercent, type FormatOptions } from '../../common/format.ts';
import { ratioInterval, type Interval } from '../statistics/intervals.ts';
import type { ArmRun, BenchmarkRun } from '../run/record.ts';
import { figureRatio, figureRow, type RunFigureId } from './figures.ts';
import {
  atLeast,
  atMost,
  changeKind,
  allOf,
  MUCH_FEWER,
  roundsNeeded,
  SIMILAR,
  type ExpectationVerdict,
} from './verdict.ts';

/** What the guide expects of a throttle, judged. */
export interface JudgedExpectation {
  readonly id: 'rate' | 'writes' | 'times';
  /** "Requests a second are similar or better". */
  readonly title: string;
  readonly verdict: ExpectationVerdict;
  /** Why, a sentence. */
  readonly why: string;
}

interface Expectation extends Pick<JudgedExpectation, 'id' | 'title'> {
  readonly figures: readonly RunFigureId[];
  readonly judge: (change: Interval) => ExpectationVerdict;
  /** Where the judgement turns. */
  readonly limit: number;
  /** It says nothing of a site that fails, or of a machine that was slower the second time. */
  readonly isOfSpeed: boolean;
  /** Why a change of it can't be told where there is no interval. */
  readonly unknown: string;
}

/** The three of the guide ("After deployment"); a row each. */
const EXPECTATIONS: readonly Expectation[] = [
  {
    id: 'rate',
    title: 'Requests a second are similar or better',
    figures: ['rate'],
    judge: (change) => atLeast(change, 1 - SIMILAR),
    limit: 1 - SIMILAR,
    isOfSpeed: true,
    unknown: 'It takes two rounds before and after to tell a difference from noise.',
  },
  {
    id: 'writes',
    title: 'Session writes are much fewer',
    figures: ['writes'],
    judge: (change) => atMost(change, MUCH_FEWER),
    limit: MUCH_FEWER,
    isOfSpeed: false,
    unknown: 'The requests before wrote no session, or what the database counted is not known.',
  },
  {
    id: 'times',
    title: 'Response times are stable',
    figures: ['p50', 'p95'],
    judge: (change) => atMost(change, 1 + SIMILAR),
    limit: 1 + SIMILAR,
    isOfSpeed: true,
    unknown: 'It takes two rounds before and after to tell a difference from noise.',
  },
];

/** The arms that both runs have, the one with a session first: only there a throttle can be seen. */
export function commonArms(before: BenchmarkRun, after: BenchmarkRun): readonly (readonly [ArmRun, ArmRun])[] {
  return (['session', 'noSession'] as const).flatMap((name) => {
    const [a, b] = [before, after].map(({ arms }) => arms.find(({ arm }) => arm === name));
    return a === undefined || b === undefined ? [] : [[a, b] as const];
  });
}

export function judgeExpectations(
  before: ArmRun,
  after: ArmRun,
  options: FormatOptions = {},
): readonly JudgedExpectation[] {
  const broken = failuresWhy(before, after, options) ?? machineWhy(before, after, options);
  return EXPECTATIONS.map((expectation): JudgedExpectation => {
    const { id, title } = expectation;
    if (expectation.isOfSpeed && broken !== undefined) return { id, title, ...broken };
    const changes = expectation.figures.map((figure) => figureRatio(figureRow(figure), before, after));
    const known = changes.filter((change) => change !== undefined);
    if (known.length < changes.length) return { id, title, verdict: 'cannotTell', why: expectation.unknown };
    const verdict = allOf(known.map(expectation.judge));
    const said = known.map((change, i) => {
      const { label } = figureRow(expectation.figures[i] ?? 'rate');
      return `${label}: ${changeText(change, options)}`;
    });
    const more = verdict === 'cannotTell' ? ` ${noiseText(known, expectation, before, after)}` : '';
    return { id, title, verdict, why: `${said.join('; ')}.${more}` };
  });
}

/** "−85% (−86% to −84%)", and whether that is a change at all. */
export function changeText(change: Interval, options: FormatOptions = {}): string {
  const percent = (ratio: number): string => {
    const share = ratio - 1;
    return `${share < 0 ? '−' : '+'}${formatPercent(Math.abs(share), options)}`;
  };
  const words = { unchanged: ', unchanged', more: '', less: '', unclear: ', unclear' }[changeKind(change)];
  return `${percent(change.value)} (${percent(change.low)} to ${percent(change.high)}${words})`;
}

function noiseText(
  changes: readonly Interval[],
  { judge: of, limit }: Expectation,
  before: ArmRun,
  after: ArmRun,
): string {
  const rounds = Math.min(before.rounds.length, after.rounds.length);
  const needed = changes
    .filter((change) => of(change) === 'cannotTell')
    .map((change) => roundsNeeded(change, limit, rounds));
  const most = needed.includes(undefined) ? undefined : Math.max(...needed.map((one) => one ?? 0));
  const what = 'The noise is larger than the effect';
  return most === undefined
    ? `${what}: measure on a quieter machine.`
    : `${what}; some ${most} rounds each would tell.`;
}

/** More of them than this and a rate or a time says little. */
const FEW_FAILURES = 0.01;

function failuresWhy(
  before: ArmRun,
  after: ArmRun,
  options: FormatOptions,
): Pick<JudgedExpectation, 'verdict' | 'why'> | undefined {
  const [a, b] = [failedShare(before), failedShare(after)];
  if (b > a + FEW_FAILURES)
    return {
      verdict: 'notMet',
      why: `${formatPercent(b, options)} of the requests failed after, ${formatPercent(a, options)} before.`,
    };
  if (a > FEW_FAILURES)
    return {
      verdict: 'cannotTell',
      why: `${formatPercent(a, options)} of the requests failed before: what fails is not as fast as what works.`,
    };
  return undefined;
}

/**
 * What else ran on the machine may have changed between the two runs, which the rounds within one don't show: a speed is compared only
 * where the machine was certainly the same within a tenth.
 */
function machineWhy(
  before: ArmRun,
  after: ArmRun,
  options: FormatOptions,
): Pick<JudgedExpectation, 'verdict' | 'why'> | undefined {
  const [a, b] = [before, after].map(({ rounds }) => rounds.flatMap(({ machine }) => machine ?? []));
  const drift = ratioInterval(a ?? [], b ?? []);
  if (drift === undefined || changeKind(drift) === 'unchanged') return undefined;
  const why = `The machine itself was not certainly as fast in both runs: ${changeText(drift, options)} of a fixed computation. Measure again while nothing else runs.`;
  return { verdict: 'cannotTell', why };
}

export function failedShare({ rounds }: ArmRun): number {
  const sum = (of: 'answered' | 'failed'): number => rounds.reduce((all, round) => all + round[of], 0);
  const all = sum('answered') + sum('failed');
  return all === 0 ? 0 : sum('failed') / all;
}
