import { summarize, type Summary } from './statistics.ts';

export type Unit = 'ms' | 's' | 'times' | 'percent' | 'kB';

export interface Aim {
  readonly limit: number;
  readonly is: 'atMost' | 'atLeast';
  /** Which number of the summary is held against it. Default: the median. */
  readonly judges?: 'median' | 'p95';
}

/** 'median only': the aim is for 95 % of the values, and at least half of them keep it. */
export type Verdict = 'met' | 'median only' | 'missed';

/** One line of the table. */
export interface Figure {
  readonly group: string;
  readonly what: string;
  readonly unit: Unit;
  readonly summary: Summary;
  readonly aim?: Aim;
  readonly verdict?: Verdict;
  readonly note?: string;
}

/** Figures of one part of the bench, and what else of it belongs into the JSON. */
export interface PartResult {
  readonly figures: readonly Figure[];
  readonly details: Readonly<Record<string, unknown>>;
}

export interface FigureOptions {
  readonly aim?: Aim | undefined;
  readonly note?: string | undefined;
}

/** @param values what was measured, in the unit; at least one */
export function figure(
  group: string,
  what: string,
  unit: Unit,
  values: readonly number[],
  options: FigureOptions = {},
): Figure {
  const summary = summarize(values);
  const { aim, note } = options;
  return {
    group,
    what,
    unit,
    summary,
    ...(aim === undefined ? {} : { aim, verdict: judge(summary, aim) }),
    ...(note === undefined ? {} : { note }),
  };
}

function judge(summary: Summary, { limit, is, judges = 'median' }: Aim): Verdict {
  const keeps = (value: number): boolean => (is === 'atMost' ? value <= limit : value >= limit);
  if (keeps(summary[judges])) return 'met';
  return keeps(summary.median) ? 'median only' : 'missed';
}

const SYMBOLS: Readonly<Record<Unit, string>> = { ms: 'ms', s: 's', times: '×', percent: '%', kB: 'kB' };
const HEADINGS = ['', '', 'median', 'quartiles', '95 % below', 'min–max', 'n', 'aim', 'met'];

/** The table for people: a heading a group, one line a figure. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map(row);
  const widths = HEADINGS.map((heading, i) => Math.max(heading.length, ...rows.map((cells) => cells[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (i === 0 || i === 8 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ');
  const lines: string[] = [line(HEADINGS).trimEnd()];
  figures.forEach(({ group, note }, i) => {
    if (group !== figures[i - 1]?.group) lines.push('', group);
    lines.push(`${line(rows[i] ?? [])}  ${note ?? ''}`.trimEnd());
  });
  return lines.join('\n');
}

function row({ what, unit, summary: s, aim, verdict }: Figure): string[] {
  const many = s.n > 1;
  return [
    `  ${what}`,
    SYMBOLS[unit],
    number(s.median),
    many ? `${number(s.q1)}–${number(s.q3)}` : '',
    many ? number(s.p95) : '',
    many ? `${number(s.min)}–${number(s.max)}` : '',
    String(s.n),
    aim === undefined ? '' : aimText(aim),
    verdict === 'missed' ? 'MISSED' : (verdict ?? ''),
  ];
}

function aimText({ limit, is, judges }: Aim): string {
  return `${is === 'atMost' ? '≤' : '≥'} ${limit}${judges === 'p95' ? ' for 95 %' : ''}`;
}

/** Three significant digits, without exponents. */
function number(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 3));
}
