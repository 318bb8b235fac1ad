import { formatValue } from '../../common/format.ts';
import type { ChartSpec, Threshold } from '../protocol/protocol.ts';
import { timeRangeText, timeText } from '../ranges/scale.ts';
import type { CardContent } from './cardContent.ts';
import { extremesOf, isEmpty, type Curve } from './chartData.ts';

/** Under a chart: its alert where no line of it is drawn, what else there is to say, why there is nothing to see, where its curves come from, and how old they are. */
export function noteText(
  content: CardContent,
  curves: readonly Curve[],
  locale: string,
  drawsThreshold: boolean,
): string {
  const { threshold, values, note, remark } = content;
  const unknown = values.filter(({ value, text }) => value === null && text === 'unknown');
  const reason = unknown.length === values.length ? (unknown[0]?.why ?? '') : '';
  const alert = drawsThreshold ? '' : alertText(threshold);
  // Prometheus may have said the same.
  return [alert, remark, note.includes(reason) ? '' : reason, note, ageText(content, curves, locale)]
    .filter((text) => text !== '')
    .join(' ');
}

function alertText(threshold: Threshold | undefined): string {
  return threshold === undefined ? '' : `${threshold.text}${threshold.firing ? ': it is firing' : ''}.`;
}

/** Of when the curves are that could not be read again. */
function ageText({ isOld, store }: CardContent, curves: readonly Curve[], locale: string): string {
  const last = store.at.at(-1);
  return !isOld || last === undefined || curves.every(isEmpty) ? '' : `The curves end ${timeText(last, locale)}.`;
}

/** What the drawing shows, for who does not see it. */
export function summaryText(
  spec: ChartSpec,
  { bounds, threshold }: Pick<CardContent, 'bounds' | 'threshold'>,
  curves: readonly Curve[],
  locale: string,
): string {
  const text = (value: number): string => formatValue(value, spec.unit, { locale });
  const parts = curves.flatMap((curve, i) => {
    const extremes = extremesOf(curve);
    if (extremes === undefined) return [];
    const { least, most, last } = extremes;
    return [`${spec.series[i]?.label ?? ''} ${text(last)}, between ${text(least)} and ${text(most)}`];
  });
  const range = timeRangeText(bounds.from, bounds.to, locale);
  const said = `Chart of ${spec.title}, ${range}: ${parts.join('; ') || 'no readings'}`;
  return threshold === undefined ? said : `${said}. ${alertText(threshold)}`;
}
