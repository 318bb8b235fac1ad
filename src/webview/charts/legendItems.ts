import { formatValue } from '../../common/format.ts';
import { colorOf, type Colors } from '../controls/colors.ts';
import type { ChartSpec } from '../protocol/protocol.ts';
import { besideText, type Beside } from './beside.ts';
import type { CardContent } from './cardContent.ts';
import type { Curve } from './chartData.ts';
import type { LegendItem } from './legend.ts';

interface Drawn {
  readonly curves: readonly Curve[];
  readonly beside: Beside | undefined;
}

/** What the legend says of each curve. @param index of the point that the crosshair is over; null: what it is now */
export function legendItems(
  spec: ChartSpec,
  { values = [], hidden = new Set<string>() }: Partial<CardContent>,
  { curves, beside }: Drawn,
  index: number | null,
  colors: Colors,
  locale: string,
): readonly LegendItem[] {
  return spec.series.map((series, i) => {
    const curve = curves[i];
    const value = index === null ? undefined : (curve?.mean[index] ?? null);
    const now = values[i];
    const own =
      value === undefined ? (now?.text ?? '') : value === null ? '–' : formatValue(value, spec.unit, { locale });
    const isFlat = curve?.max.every((one) => one === null || one === 0) ?? true;
    return {
      text: `${own}${beside === undefined ? '' : besideText(beside, spec, i, index, locale)}`,
      why: now?.why ?? '',
      color: colorOf(series, colors),
      hidden: hidden.has(series.id),
      // A state that nobody has been in takes no room in the legend.
      absent: series.id.includes('/') && (now?.value ?? 0) === 0 && isFlat,
    };
  });
}
