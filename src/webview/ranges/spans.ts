import type { DashboardAnnotation } from '../protocol/protocol.ts';
import type { TimeBounds } from '../protocol/view.ts';

/** Why there is no curve: each kind looks different, is named beside the curves and said at the crosshair. */
export type SpanKind = 'gap' | 'before' | 'reset';

/** A time without readings, or from which counters began anew. */
export interface BareSpan {
  readonly kind: SpanKind;
  /** Milliseconds since the epoch; the same for a moment. */
  readonly from: number;
  readonly to: number;
  /** '' where its name says all. */
  readonly text: string;
}

/** How each is named beside the curves. */
export const SPAN_NAMES: Readonly<Record<SpanKind, string>> = {
  gap: 'No readings',
  before: 'Before the first reading',
  reset: 'Counters began anew',
};

/** All that lie in the bounds. `extent`: from when to when there are readings; null: that is not known. */
export function spansOf(
  annotations: readonly DashboardAnnotation[],
  extent: TimeBounds | null,
  { from, to }: TimeBounds,
): readonly BareSpan[] {
  const told = annotations.flatMap(({ kind, at, until, text }): BareSpan[] =>
    kind === 'gap' || kind === 'reset' ? [{ kind, from: at, to: until ?? at, text }] : [],
  );
  const before: BareSpan[] =
    extent !== null && extent.from > from ? [{ kind: 'before', from, to: Math.min(extent.from, to), text: '' }] : [];
  return [...before, ...told].filter((span) => span.from < to && span.to > from);
}
