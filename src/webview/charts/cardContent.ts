import type { BesideContent } from '../ranges/besides.ts';
import type { Shade } from '../compare/compareShades.ts';
import type { CurrentValue, Threshold } from '../protocol/protocol.ts';
import type { RangeStore } from '../ranges/rangeStore.ts';
import type { TimeBounds } from '../protocol/view.ts';

/** What a card shows. */
export interface CardContent {
  readonly store: RangeStore;
  /** The curves are of this editor's own readings, and so are its gaps and its beginning. */
  readonly isOwn: boolean;
  /** Where its curves come from; '' where that goes without saying. */
  readonly note: string;
  /** They are of before, as their source could not be asked for now. */
  readonly isOld: boolean;
  readonly bounds: TimeBounds;
  /** Of the series of this chart. */
  readonly values: readonly CurrentValue[];
  readonly threshold: Threshold | undefined;
  /** What else there is to say of it now; '' for nothing. */
  readonly remark: string;
  readonly hidden: ReadonlySet<string>;
  readonly table: boolean;
  /** Ranges that are compared. */
  readonly shades: readonly Shade[];
  /** Another database that it is compared with. */
  readonly beside: BesideContent | undefined;
}

/** What its curves were drawn of, with the points of that time: a store goes on. */
export type DrawnContent = CardContent & { readonly at: readonly number[] };

/**
 * Whether drawing it again would change nothing: points that stand for a longer time come with all the others, and a live range
 * of a year moves by a pixel in some hours.
 */
export function looksSame(drawn: DrawnContent, content: CardContent, width: number): boolean {
  const { store, bounds, threshold, hidden, shades } = content;
  const pixel = (bounds.to - bounds.from) / Math.max(1, width);
  const moved = Math.max(Math.abs(bounds.from - drawn.bounds.from), Math.abs(bounds.to - drawn.bounds.to));
  return (
    store.stepMs > 0 &&
    store.at === drawn.at &&
    moved < pixel / 2 &&
    content.beside?.store === drawn.beside?.store &&
    JSON.stringify([threshold, [...hidden], shades]) ===
      JSON.stringify([drawn.threshold, [...drawn.hidden], drawn.shades])
  );
}
