import { formatNumber, formatPercent, formatValue, type FormatOptions } from '../../common/format.ts';
import type { Block, Report } from '../../reports/reportBlocks.ts';
import {
  changeText,
  commonArms,
  failedShare,
  judgeExpectations,
  type JudgedExpectation,
} from '../compare/expectations.ts';
import { figureRatio, RUN_FIGURES, figureOf, figureRow, roundValues, type RunFigureId } from '../compare/figures.ts';
import { MUCH_FEWER, SIMILAR } from '../compare/verdict.ts';
import type { ArmRun, BenchmarkRun } from '../run/record.ts';
import { stripsSvg } from './strips.ts';

export const VERDICT_TEXTS = { met: 'Met', notMet: 'Not met', cannotTell: 'Cannot tell' } as const;
export const ARM_TITLES = { session: 'With a session', noSession: 'Without a cookie' } as const;
const KIND_TEXTS = { baseline: 'Baseline', after: 'After' } as const;
const DRAWN: readonly RunFigureId[] = ['rate', 'p95', 'writes'];

/** One run by itself. */
export function runReport(run: BenchmarkRun, options: FormatOptions): Report {
  const title = 'Benchmark';
  const blocks = run.arms.flatMap((arm): Block[] => [
    { kind: 'heading', level: 2, text: ARM_TITLES[arm.arm] },
    figureTable([['Mean of the rounds', arm]], options),
    ...drawings([[KIND_TEXTS[run.kind], arm]], options),
    ...statementBlocks([[KIND_TEXTS[run.kind], arm]], options),
  ]);
  return { title, blocks: [heading(title), ...runFacts(run, options), ...blocks, ...noteBlocks([run]), METHOD] };
}

/** Two runs, and what came of the guide's three expectations. */
export function comparisonReport(before: BenchmarkRun, after: BenchmarkRun, options: FormatOptions): Report {
  const title = 'Benchmark: before and after';
  const blocks = commonArms(before, after).flatMap(([a, b]): Block[] => [
    { kind: 'heading', level: 2, text: ARM_TITLES[b.arm] },
    verdictTable(judgeExpectations(a, b, options)),
    ...drawings([['Baseline', a], ['After', b]], options), // prettier-ignore
    comparisonTable(a, b, options),
    ...statementBlocks([['Baseline', a], ['After', b]], options), // prettier-ignore
  ]);
  const none: Block[] =
    blocks.length > 0
      ? []
      : [
          {
            kind: 'text',
            text: 'They have no arm in common: one was measured with a session only, the other without.',
          },
        ];
  const facts = [before, after].flatMap((run) => runFacts(run, options));
  return {
    title,
    blocks: [
      heading(title),
      ...none,
      ...unlike(before, after),
      ...blocks,
      { kind: 'heading', level: 2, text: 'The two runs' },
      ...facts,
      ...noteBlocks([before, after]),
      METHOD,
    ],
  };
}

const heading = (text: string): Block => ({ kind: 'heading', level: 1, text });

function verdictTable(judged: readonly JudgedExpectation[]): Block {
  return {
    kind: 'table',
    head: ['What the guide expects', 'Verdict', 'Why'],
    words: [1, 2],
    rows: judged.map(({ title, verdict, why }) => [title, VERDICT_TEXTS[verdict], why]),
  };
}

function figureTable(columns: readonly (readonly [string, ArmRun])[], options: FormatOptions): Block {
  return {
    kind: 'table',
    head: ['Figure', ...columns.map(([label]) => label)],
    rows: [
      ...RUN_FIGURES.map((row) => [row.label, ...columns.map(([, arm]) => valueText(row.id, arm, options))]),
      ['Requests', ...columns.map(([, arm]) => formatNumber(sumOf(arm), options))],
      ['Of that, failed', ...columns.map(([, arm]) => formatPercent(failedShare(arm), options))],
      ['Most connections to the database', ...columns.map(([, arm]) => connectionsText(arm, options))],
    ],
  };
}

function comparisonTable(before: ArmRun, after: ArmRun, options: FormatOptions): Block {
  const figures = figureTable([['Baseline', before], ['After', after]], options); // prettier-ignore
  if (figures.kind !== 'table') return figures;
  const changes = RUN_FIGURES.map((row) => {
    const change = figureRatio(row, before, after);
    return change === undefined ? '' : changeText(change, options);
  });
  return {
    ...figures,
    head: [...figures.head, 'Change'],
    rows: figures.rows.map((cells, i) => [...cells, changes[i] ?? '']),
  };
}

/** "42.5 ms ± 1.2 ms" */
function valueText(id: RunFigureId, arm: ArmRun, options: FormatOptions): string {
  const row = figureRow(id);
  const figure = figureOf(row, arm);
  if (figure === null) return 'unknown';
  if (typeof figure === 'number') return formatValue(figure, row.unit, options);
  const half = figure.high - figure.value;
  const value = formatValue(figure.value, row.unit, options);
  return half === 0 ? value : `${value} ± ${formatValue(half, row.unit, options)}`;
}

function connectionsText({ rounds }: ArmRun, options: FormatOptions): string {
  const seen = rounds.flatMap(({ counters }) => counters?.connections ?? []);
  return seen.length === 0 ? 'unknown' : formatNumber(Math.max(...seen), options);
}

function sumOf({ rounds }: ArmRun): number {
  return rounds.reduce((sum, { answered, failed }) => sum + answered + failed, 0);
}

function drawings(runs: readonly (readonly [string, ArmRun])[], options: FormatOptions): readonly Block[] {
  return DRAWN.flatMap((id): Block[] => {
    const row = figureRow(id);
    const strips = runs.map(([label, arm]) => ({ label, values: roundValues(row, arm), interval: figureOf(row, arm) }));
    if (strips.every(({ values }) => values.length === 0)) return [];
    const said = runs.map(([label, arm]) => `${label}: ${valueText(id, arm, options)}`).join('; ');
    return [{ kind: 'drawing', svg: stripsSvg(row.label, strips, row.unit, options), text: `${row.label}. ${said}.` }];
  });
}

function statementBlocks(runs: readonly (readonly [string, ArmRun])[], options: FormatOptions): readonly Block[] {
  const queries = [...new Set(runs.flatMap(([, { statements }]) => statements.map(({ query }) => query)))];
  if (queries.length === 0) return [];
  const of = ({ statements }: ArmRun, query: string): string => {
    const found = statements.find((statement) => statement.query === query);
    return found === undefined ? '0' : formatNumber(found.perRequest, options);
  };
  return [
    { kind: 'heading', level: 3, text: 'SQL statements a request' },
    {
      kind: 'table',
      head: ['Statement', ...runs.map(([label]) => label)],
      rows: queries.map((query) => [query, ...runs.map(([, arm]) => of(arm, query))]),
    },
  ];
}

function runFacts(run: BenchmarkRun, options: FormatOptions): readonly Block[] {
  const rounds = Math.max(0, ...run.arms.map((arm) => arm.rounds.length));
  const requests = run.requestsPerRound === null ? '' : ` of ${formatNumber(run.requestsPerRound, options)} requests`;
  const by = run.by === 'extension' ? '' : `, imported from ${run.by}`;
  return [
    {
      kind: 'list',
      items: [
        `Page: ${run.url}`,
        `${KIND_TEXTS[run.kind]}: ${formatValue(new Date(run.startedAt), 'date', options)}${by}`,
        `${rounds} ${rounds === 1 ? 'round' : 'rounds'}${requests} on ${formatNumber(run.connections, options)} connections`,
        ...(run.target === '' ? [] : [`Database: ${run.target}`]),
        ...(run.throttle === '' ? [] : [`Throttle: ${run.throttle}`]),
      ],
    },
  ];
}

/** What makes two runs hard to compare. */
function unlike(before: BenchmarkRun, after: BenchmarkRun): readonly Block[] {
  const warnings = [
    ...(before.url === after.url ? [] : [`They measured different pages: ${before.url} and ${after.url}.`]),
    ...(before.connections === after.connections
      ? []
      : [`They used ${before.connections} and ${after.connections} connections: more of them wait longer.`]),
    ...(before.by === after.by ? [] : [`They were measured by different tools: ${before.by} and ${after.by}.`]),
    ...(before.target === after.target || before.target === '' || after.target === ''
      ? []
      : [`They watched different databases: ${before.target} and ${after.target}.`]),
  ];
  return warnings.length === 0 ? [] : [{ kind: 'list', items: warnings }];
}

function noteBlocks(runs: readonly BenchmarkRun[]): readonly Block[] {
  const notes = [...new Set(runs.flatMap((run) => run.notes))];
  return notes.length === 0
    ? []
    : [
        { kind: 'heading', level: 2, text: 'To be known' },
        { kind: 'list', items: notes },
      ];
}

const METHOD: Block = {
  kind: 'text',
  text:
    'How this was worked out: each connection sends its next request when the last was answered, as ab does; response times are those of answers of 2xx. ' +
    'What the database counted is the difference of its own counters before and after each round; WAL is that of the whole server. ' +
    'Intervals are of 95%: across the rounds (Student), for changes of times and rates by Welch on logarithms, for counts by the conditional test of two rates (Clopper and Pearson), widened where rounds differ more than chance has it. ' +
    `Similar is what certainly differs by less than ${formatPercent(SIMILAR)}, much fewer what is certainly at most ${formatPercent(MUCH_FEWER)}; cannot tell means that the interval reaches across. A fixed computation around each round shows whether the machine was as fast in both runs.`,
};
