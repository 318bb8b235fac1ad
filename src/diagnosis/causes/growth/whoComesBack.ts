import { formatDuration, formatPercent } from '../../../common/format.ts';

/** After how long away visitors still come back. */
export type ComingBack =
  /** Seconds after which hardly anybody comes back, the rows that were saved longer ago, and what part of them still comes back at most. */
  | { readonly after: number; readonly rows: number; readonly come: number }
  /** People come back over all of the lifetime: a sentence. */
  | { readonly throughout: string }
  | { readonly unseen: string };

/** Parts of the lifetime that are tried, the shortest first. */
const PARTS = [1 / 32, 1 / 16, 1 / 8, 1 / 4];
/** Fewer rows tell nothing. */
const FEW = 60;
/** Of those who have been away, the part that still comes back that counts as hardly anybody. */
const HARDLY = 0.2;
/** Standard errors of a binomial that make a difference. */
const DIFFERENCE = 1.64;

/**
 * A row holds when its session was saved last, and nothing of the times before. Among unexpired rows of a site whose traffic is steady,
 * the number of those that were saved so long ago falls as people come back: the density of the time since the last renewal is
 * proportional to the survival function of the time between two (D. R. Cox, Renewal Theory, 1962, chapter 5: backward
 * recurrence time). Where it does not fall any more, nobody comes back: those rows only wait for their expiry. So the rows behind
 * each part of the lifetime are halved by time: if the older half is about as large as the younger, hardly anybody came back in
 * between. Were the older half much the larger, traffic would have fallen, and nothing could be told.
 *
 * @param idle seconds since the last save of each row of a random sample, ascending
 * @param lifetime seconds from save to expiry
 */
export function whoComesBack(idle: readonly number[], lifetime: number): ComingBack {
  if (idle.length < FEW) return { unseen: `Only ${idle.length} sessions tell when they were saved.` };
  const between = (from: number, to: number): number => idle.filter((one) => one >= from && one < to).length;
  let falling = false;
  for (const part of PARTS) {
    const after = part * lifetime;
    const middle = (after + lifetime) / 2;
    const [younger, older] = [between(after, middle), between(middle, lifetime)];
    const both = younger + older;
    if (both < FEW) {
      return {
        throughout: `Only ${formatPercent(both / idle.length)} of the sessions have been away for more than ${formatDuration(after)} of the ${formatDuration(lifetime)} that they live.`,
      };
    }
    const error = Math.sqrt(0.25 * both);
    if ((older - both / 2) / error > 2 * DIFFERENCE) falling = true;
    else if ((both / 2 - older) / error < DIFFERENCE && older >= younger * (1 - HARDLY)) {
      return { after, rows: both, come: Math.max(0, 1 - older / younger) };
    }
  }
  if (falling) return { unseen: 'There are more old sessions than new ones: the traffic has fallen.' };
  return { throughout: 'Visitors come back over all of the time that sessions live.' };
}
