import { formatMeasured, formatNumber } from '../../common/format.ts';
import { isKnown } from '../../common/measured.ts';
import { metricById } from '../../monitoring/metrics/metrics.ts';
import type { Snapshot } from '../../monitoring/snapshot/snapshot.ts';

/** What there is room for in a line: "133K active", "250 saves/min"; what is unknown is left out. */
export function fewFigures(snapshot: Snapshot, locale: string): readonly string[] {
  const active = metricById('sessions.active').read(snapshot);
  const saves = snapshot.rates.savesPerMinute;
  const parts = [
    !isKnown(active) || typeof active.value !== 'number'
      ? undefined
      : `${active.how === 'exact' ? '' : '≈ '}${compact(active.value, locale)} active`,
    isKnown(saves) ? `${formatMeasured(saves, 'count', { locale })} saves/min` : undefined,
  ];
  return parts.filter((part) => part !== undefined);
}

function compact(value: number, locale: string): string {
  return value < 10_000
    ? formatNumber(value, { locale })
    : new Intl.NumberFormat(locale, { notation: 'compact', maximumSignificantDigits: 3 }).format(value);
}
