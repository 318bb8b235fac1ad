import { formatValue } from '../../common/format.ts';
import { SPAN_NAMES, type BareSpan } from '../ranges/spans.ts';
import type { ChartSpec, DashboardAnnotation } from '../protocol/protocol.ts';
import { timeText } from '../ranges/scale.ts';
import type { Curve } from './chartData.ts';

/** What is said at the crosshair. */
export interface PointText {
  readonly time: string;
  /** Of all curves that are known anywhere in the chart. */
  readonly rows: readonly PointRow[];
  /** Since what the changes are; '' where nothing has happened before. */
  readonly since: string;
  /** Why there is no curve here; '' where there is. */
  readonly why: string;
}

export interface PointRow {
  /** Place of its curve in the chart. */
  readonly place: number;
  readonly text: string;
  /** '' where it is not known. */
  readonly change: string;
}

/** What happened is told to this length: it is said whole by its mark. */
const LONGEST = 60;

/** The values of a moment, and how they have changed since what happened last before it. */
export function pointText(
  spec: ChartSpec,
  curves: readonly Curve[],
  at: readonly number[],
  index: number,
  around: { readonly annotations: readonly DashboardAnnotation[]; readonly spans: readonly BareSpan[] },
  locale: string,
): PointText {
  const time = at[index] ?? 0;
  const mark = around.annotations.findLast((one) => one.kind !== 'gap' && one.at < time);
  const begin = mark === undefined ? -1 : at.findLastIndex((moment) => moment <= mark.at);
  const rows = curves.flatMap(({ mean }, place): PointRow[] => {
    if (mean.every((value) => value === null)) return [];
    const [value, before] = [mean[index] ?? null, mean[begin] ?? null];
    return [
      {
        place,
        text: value === null ? '–' : formatValue(value, spec.unit, { locale }),
        change: value === null || before === null ? '' : changeText(value - before, spec.unit, locale),
      },
    ];
  });
  const isChanged = rows.some(({ change }) => change !== '');
  const span = around.spans.find(({ from, to }) => time >= from && time <= to);
  return {
    time: timeText(time, locale),
    rows,
    since: mark === undefined || !isChanged ? '' : `Change since ${shortened(mark.text)}`,
    why: span === undefined ? '' : span.text === '' ? `${SPAN_NAMES[span.kind]}.` : span.text,
  };
}

function changeText(by: number, unit: ChartSpec['unit'], locale: string): string {
  const text = formatValue(Math.abs(by), unit, { locale });
  // What is not seen in the figure is no change.
  if (by === 0 || text === formatValue(0, unit, { locale })) return '±0';
  return `${by > 0 ? '+' : '−'}${text}`;
}

function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1).trimEnd()}…`;
}
