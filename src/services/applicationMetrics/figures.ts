import { formatDuration, formatMilliseconds } from '../../common/format.ts';
import { unknown, type Known, type Measured } from '../../common/measured.ts';
import { eachFigure, type Figure, type Figures } from './applicationReading.ts';
import type { ChosenMetrics } from './chooseMetrics.ts';
import { histogramQuantile } from './histogramQuantile.ts';
import type { Increase } from './scrapeWindow.ts';

/** Shorter than this the few requests in between say nothing. */
const MIN_SECONDS = 0.5;

/** The figures of what was counted over some time; the response times in milliseconds. */
export function figuresOf(sum: Increase, metrics: ChosenMetrics, at: Date): Figures {
  if (sum.seconds < MIN_SECONDS) {
    const reason = unknown('The readings are too close together for a rate.', 'It is known with the next reading.');
    return eachFigure(() => reason);
  }
  const over = formatDuration(sum.seconds);
  const note = `Over the last ${over}${sum.restarted ? ', in which the application was restarted' : ''}`;
  const known = (value: number): Known<number> => ({ how: 'exact', value, at, note });
  const byStatus = <T>(value: () => T): T | Measured =>
    metrics.byStatus === undefined
      ? unknown(
          'Nothing published there tells the status of answers.',
          'Publish a counter of answers with a label "status", or name it in the settings.',
        )
      : value();
  const rows: Readonly<Record<string, () => Measured>> = {
    requests: () => known(sum.requests / sum.seconds),
    errors: () => byStatus(() => known(sum.errors / sum.seconds)),
    errorShare: () =>
      byStatus(() =>
        sum.answers === 0 ? unknown(`No request was answered in the last ${over}.`) : known(sum.errors / sum.answers),
      ),
  };
  return eachFigure((figure) => rows[figure.id]?.() ?? quantile(figure, sum, metrics, { at, note, over }));
}

function quantile(
  { phi = Number.NaN }: Figure,
  sum: Increase,
  { unitMs, histogram }: ChosenMetrics,
  { at, note, over }: { at: Date; note: string; over: string },
): Measured {
  const buckets = [...sum.buckets].map(([le, count]) => ({ le, count }));
  if (!sum.buckets.has(Infinity) || buckets.length < 2) {
    return unknown(
      `The histogram ${histogram} has no bucket +Inf or no other bucket.`,
      'Name another histogram in the settings.',
    );
  }
  const { value, from, to, corrected } = histogramQuantile(phi, buckets);
  if (Number.isNaN(value)) return unknown(`No request was answered in the last ${over}.`);
  const ms = (bound: number): string => formatMilliseconds(bound * unitMs);
  const fixed = corrected ? '; counts of buckets that went down were lifted' : '';
  if (to === Infinity) {
    const above = `${note}; it is above ${ms(value)}, the highest bound of the histogram${fixed}`;
    return { how: 'atLeast', value: value * unitMs, at, note: above };
  }
  const where = Number.isFinite(from) ? `between ${ms(from)} and ${ms(to)}, interpolated` : `at most ${ms(to)}`;
  return { how: 'estimated', value: value * unitMs, at, note: `${note}; ${where}${fixed}` };
}
