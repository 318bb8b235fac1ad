import { formatAge, formatMilliseconds, formatNumber, type FormatOptions } from '../../common/format.ts';
import { figureOf, figureRow, type RunFigureId } from '../../benchmark/compare/figures.ts';
import type { BenchmarkRun } from '../../benchmark/run/record.ts';
import { COMMANDS } from '../../contributions.ts';
import type { Annotation } from '../../history/ranges/annotations.ts';
import type { Row } from '../rows/row.ts';
import { escapeMarkdown, paragraphs } from '../texts/hover.ts';

const SHOWN = 10;
const KIND_TEXTS = { baseline: 'Baseline', after: 'After' } as const;

/** The node of the tree, closed; undefined: nothing was measured yet, which the palette offers. */
export function benchmarksRow(runs: readonly BenchmarkRun[], options: FormatOptions): Row | undefined {
  const [last] = runs;
  if (last === undefined) return undefined;
  const text = `last ${formatAge(new Date(last.startedAt), options.now ?? new Date(), options)}`;
  return {
    id: 'benchmarks',
    label: 'Benchmarks',
    description: text,
    icon: { id: 'dashboard' },
    context: ['benchmarks'],
    accessible: `Benchmarks, ${text}`,
    hover: () => 'What was measured before and after a change. Below: each run, newest first.',
    children: runs.slice(0, SHOWN).map((run) => runRow(run, options)),
  };
}

function runRow(run: BenchmarkRun, options: FormatOptions): Row {
  const figures = runFigures(run, options);
  const age = formatAge(new Date(run.startedAt), options.now ?? new Date(), options);
  return {
    id: `benchmark/${run.startedAt}`,
    label: KIND_TEXTS[run.kind],
    description: `${age} · ${figures}`,
    icon: { id: run.kind === 'baseline' ? 'milestone' : 'pulse' },
    context: ['value'],
    copy: `${run.startedAt} ${run.url}: ${figures}`,
    accessible: `${KIND_TEXTS[run.kind]}, ${age}, ${run.url}: ${figures}`,
    hover: () =>
      paragraphs([
        `**${escapeMarkdown(`${KIND_TEXTS[run.kind]}: ${run.url}`)}**`,
        escapeMarkdown(figures),
        ...(run.throttle === '' ? [] : [escapeMarkdown(`Throttle: ${run.throttle}`)]),
        ...run.notes.map(escapeMarkdown),
      ]),
    command: { id: COMMANDS.showBenchmark, title: 'Show the report', arguments: [run.startedAt] },
  };
}

/** "312 requests/s, p95 42 ms, 1 write a request" of the arm with a session, else of the other. */
export function runFigures({ arms }: BenchmarkRun, options: FormatOptions = {}): string {
  const [arm] = arms;
  if (arm === undefined) return 'nothing was measured';
  const of = (id: RunFigureId): number | undefined => {
    const figure = figureOf(figureRow(id), arm);
    return (typeof figure === 'number' ? figure : figure?.value) ?? undefined;
  };
  const [rate, p95, writes] = [of('rate'), of('p95'), of('writes')];
  return [
    ...(rate === undefined ? [] : [`${formatNumber(rate, options)} requests/s`]),
    ...(p95 === undefined ? [] : [`p95 ${formatMilliseconds(p95, options)}`]),
    ...(writes === undefined ? [] : [`${formatNumber(writes, options)} session writes a request`]),
  ].join(', ');
}

/** What was measured elsewhere is no mark: nobody knows when. */
export function benchmarkMarks(runs: readonly BenchmarkRun[]): readonly Annotation[] {
  return runs
    .filter(({ by }) => by === 'extension')
    .map((run) => ({
      kind: 'benchmark',
      at: new Date(run.startedAt),
      until: new Date(run.endedAt),
      text: `Benchmark (${run.kind}) of ${run.url}: ${runFigures(run)}`,
      data: { kind: run.kind },
    }));
}
