import { formatValue, type FormatOptions, type Unit } from '../../common/format.ts';
import type { Interval } from '../statistics/intervals.ts';

/** The rounds of one run as dots on a line, with their mean and its interval. */
export interface Strip {
  readonly label: string;
  readonly values: readonly number[];
  readonly interval: Interval | number | null;
}

const WIDTH = 660;
const LEFT = 150;
const RIGHT = 620;
const ROW = 34;
const TOP = 30;
/** Seen on light and on dark ground: a picture does not know which. */
const COLORS = ['#b87a1e', '#3a86c8', '#8a6fc0', '#4c9a52'];
const GREY = '#808080';

/** Strips one below the other on one axis that begins at 0, as a file of SVG. */
export function stripsSvg(title: string, strips: readonly Strip[], unit: Unit, options: FormatOptions = {}): string {
  const ends = strips.flatMap(({ values, interval }) => [
    ...values,
    typeof interval === 'object' ? (interval?.high ?? 0) : 0,
  ]);
  const most = niceEnd(Math.max(0, ...ends));
  const x = (value: number): number => round(LEFT + ((RIGHT - LEFT) * Math.max(0, value)) / most);
  const bottom = TOP + strips.length * ROW;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const at = x(share * most);
    const label = text(at, bottom + 16, formatValue(share * most, unit, options), 'middle', GREY);
    return `<line x1="${at}" y1="${TOP - 8}" x2="${at}" y2="${bottom}" stroke="${GREY}" stroke-opacity="0.25"/>${label}`;
  });
  const rows = strips.map(({ label, values, interval }, i) => {
    const [y, color] = [TOP + i * ROW + ROW / 2, COLORS[i % COLORS.length] ?? GREY];
    const dots = values.map(
      (value) => `<circle cx="${x(value)}" cy="${y}" r="4" fill="${color}" fill-opacity="0.45"/>`,
    );
    return [text(LEFT - 12, y + 4, label, 'end', color), ...dots, meanOf(interval, x, y, color)].join('');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${bottom + 26}" viewBox="0 0 ${WIDTH} ${bottom + 26}" font-family="system-ui, sans-serif" font-size="12">${text(0, 14, title, 'start', GREY, ' font-weight="600" font-size="13"')}${ticks.join('')}${rows.join('')}</svg>`;
}

function meanOf(interval: Strip['interval'], x: (value: number) => number, y: number, color: string): string {
  if (interval === null) return '';
  const { value, low, high } =
    typeof interval === 'number' ? { value: interval, low: interval, high: interval } : interval;
  const line = (x1: number, y1: number, x2: number, y2: number): string =>
    `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${color}" stroke-width="2"/>`;
  const [from, to, mean] = [x(low), x(high), x(value)];
  return [
    line(from, y, to, y),
    line(from, y - 5, from, y + 5),
    line(to, y - 5, to, y + 5),
    line(mean, y - 10, mean, y + 10),
  ].join('');
}

function text(x: number, y: number, words: string, anchor: string, fill: string, more = ''): string {
  const escaped = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${fill}"${more}>${escaped}</text>`;
}

/** The next of 1, 2, 4, 5, 8, 10 … times a power of ten, so that its quarters are short numbers. */
function niceEnd(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10].find((step) => step * power >= value) ?? 10) * power;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
