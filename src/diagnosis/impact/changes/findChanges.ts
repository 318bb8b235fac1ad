import type { HistoryStore } from '../../../history/historyStore.ts';
import { floorTo } from '../../../history/levels/retention.ts';
import type { Annotation } from '../../../history/ranges/annotations.ts';
import { changePoints, type ChangePoint } from './changePoints.ts';
import { DAY_MS, readSampled } from '../dayGrid.ts';
import { changePointText } from '../impactTexts.ts';
import { nearestCause } from './nearestCause.ts';
import { sharpen } from './sharpen.ts';

/** What is looked at: as long as minutes are kept. */
const LOOKED_AT_MS = 30 * DAY_MS;
const SPAN_MS = 15 * 60_000;
const MINUTE_MS = 60_000;
/** Within so much it is the same change, found again with more of it known. */
const SAME_MS = 3 * SPAN_MS;
const SAVES = 'writes.saves';

type Store = Pick<HistoryStore, 'readRange' | 'extent' | 'annotations' | 'annotate' | 'annotateUnless'>;

/**
 * Writes changes of the saves beside the readings, each with what happened last before it. One that is known already is written
 * again only when something else has come to light that happened before it.
 *
 * @param others what happened that may not be in the store yet
 */
export function findChanges(store: Store, others: readonly Annotation[], now: Date, locale: string): void {
  const extent = store.extent();
  if (extent === undefined) return;
  const from = new Date(Math.max(extent.from.getTime(), now.getTime() - LOOKED_AT_MS));
  // The span that is not over would look as if there were fewer saves.
  const to = new Date(floorTo(now.getTime(), SPAN_MS));
  if (from >= to) return;
  const [saves] = readSampled(store, [SAVES], { from, to }, SPAN_MS);
  if (saves === undefined) return;
  for (const change of changePoints(saves, SPAN_MS)) write(store, change, others, locale);
}

function write(store: Store, { at: span, ratio }: ChangePoint, others: readonly Annotation[], locale: string): void {
  const near = { from: new Date(span - 2 * SPAN_MS), to: new Date(span + 2 * SPAN_MS) };
  const [fine = { at: [], values: [] }] = readSampled(store, [SAVES], near, MINUTE_MS);
  const at = sharpen(span, fine);
  const isSame = (one: Annotation): boolean => one.kind === 'changePoint' && Math.abs(one.at.getTime() - at) <= SAME_MS;
  const around = store.annotations(new Date(at - DAY_MS), new Date(at + SAME_MS));
  const textOf = (change: ChangePoint): string =>
    changePointText(change, nearestCause(change.at, [...around, ...others]), { locale });
  const known = around.find(isSame);
  if (known === undefined) {
    const change = { at, ratio: Number(ratio.toPrecision(3)) };
    const annotation: Annotation = {
      kind: 'changePoint',
      at: new Date(at),
      text: textOf(change),
      data: { ratio: change.ratio },
    };
    store.annotateUnless(annotation, new Date(at - SAME_MS), (all) => all.some(isSame));
    return;
  }
  const text = textOf({ at: known.at.getTime(), ratio: ratioOf(known) ?? ratio });
  if (text !== known.text) store.annotate({ ...known, text });
}

function ratioOf({ data }: Annotation): number | undefined {
  const { ratio } = (data ?? {}) as { readonly ratio?: unknown };
  return typeof ratio === 'number' ? ratio : undefined;
}
