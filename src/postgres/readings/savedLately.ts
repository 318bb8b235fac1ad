import { formatDuration } from '../../common/format.ts';
import { unknown, type Measured } from '../../common/measured.ts';
import { add, estimateTotal, roughness, type Estimate } from '../sample/estimate.ts';
import { estimated, sampleNote, type ReadingTime } from '../sample/sampleNote.ts';
import type { PageSample, SessionRow } from '../sample/sessionRow.ts';
import { signatureTime, timeOfSignature } from '../sample/signatureTime.ts';
import { CountLimits, type ScanLimits } from './countLimits.ts';

/**
 * Sessions that were saved in the last hour, by two ways that check each other. Of the sampled rows the signature tells it, but of a
 * hundred thousand rows a few hundred are sampled. The index on expire_date counts all of them, but only where a session lives
 * equally long after each save, which set_expiry() may change for any of them.
 *
 * So what the index counts is corrected by what the sample says that it counts wrongly: the difference estimator
 *   X + Σ wᵢ (sᵢ − aᵢ)
 * with X rows of the index range, and on page i sᵢ rows saved in the last hour and aᵢ rows in that range (Särndal, Swensson & Wretman, Model
 * Assisted Survey Sampling, 1992, section 6.3). It is right in the mean whether sessions live equally long or not, and its variance is
 * that of the differences: none where they do, and where they differ much the sample alone is the better one and is taken.
 */
export class SavesMemory {
  #limits = new CountLimits();
  #refused = 0;
  #lifetime = DJANGOS_LIFETIME;
  #counted: number | undefined;

  /** What the next reading is to count. @param due look whatever has changed @param serverMs the server's clock */
  next(due: boolean, serverMs: number): SavesQuery {
    const hourAgo = Math.floor((serverMs - HOUR_MS) / 1000);
    const expiry = (seconds: number): string => new Date((hourAgo + this.#lifetime + seconds) * 1000).toISOString();
    const [from, to] = [expiry(0), expiry(HOUR_MS / 1000 + SLACK)];
    return { hourAgo: signatureTime(hourAgo * 1000), due, from, to, ...this.#limits.next() };
  }

  /** The count that goes with this reading, of it or of one shortly before. Whether the lifetime was another one than supposed: look at everything again. */
  learn(row: SessionRow): { readonly counted: CountedSaves | undefined; readonly mistaken: boolean } {
    const { recent, newest } = row;
    if (recent !== null) this.#count(recent, row);
    const lifetime = this.#lifetime;
    const counted = this.#counted === undefined ? undefined : { rows: this.#counted, lifetime };
    this.#lifetime = likelier(lifetime, newest ?? []);
    const mistaken = this.#lifetime !== lifetime;
    if (mistaken) this.#counted = undefined;
    return { counted, mistaken };
  }

  #count(recent: number, row: SessionRow): void {
    this.#counted = recent < 0 || recent > MOST_RECENT ? undefined : recent;
    this.#refused = recent < 0 ? this.#refused + 1 : 0;
    if (recent >= 0) this.#limits.learn(row.recent_ms, row.updated + row.deleted / FAR_FROM_HERE, row.vacuums);
    // What has changed meanwhile may lie elsewhere, and was perhaps vacuumed: it is tried again as if nothing were known.
    if (this.#refused > PATIENCE) [this.#limits, this.#refused] = [new CountLimits(), 0];
  }
}

export interface SavesQuery extends ScanLimits {
  /** As it stands in signatures. */
  readonly hourAgo: string;
  readonly due: boolean;
  /** When sessions expire that were saved in the last hour. */
  readonly from: string;
  readonly to: string;
}

/** What the index on expire_date counted, for sessions that live so many seconds after a save. */
export interface CountedSaves {
  readonly rows: number;
  readonly lifetime: number;
}

/** More are not counted: the sample has enough of them, and counting costs with their number. */
export const MOST_RECENT = 5_000;
/** Most of what is deleted has expired, and leaves its entries at the other end of the index: one row of so many is supposed to be here. */
export const FAR_FROM_HERE = 10;
/** Counts that were refused one after the other: about five minutes at a reading every 10 s. */
const PATIENCE = 4;
/** SESSION_COOKIE_AGE where no project says otherwise, seconds: what is supposed until the sample has told. */
const DJANGOS_LIFETIME = 1_209_600;
/** Fifty years, seconds. */
const LONGEST_LIFETIME = 1_577_880_000;
const HOUR_MS = 3_600_000;
/** Seconds by which the clock of an application may be ahead. */
const SLACK = 600;

/**
 * The lifetime that most of the pages' newest saves have, if it is clearly another one.
 * @param newest of each page: time of the save as its signature has it, and right behind it when the session expires, seconds since 1970
 */
function likelier(lifetime: number, newest: readonly (string | null)[]): number {
  const found = new Map<number, number>();
  for (const text of newest) {
    if (text === null) continue;
    // The signature leaves out the fraction of the second: so does this.
    const seconds = Math.floor(Number(text.slice(6)) - timeOfSignature(text.slice(0, 6)) / 1000);
    // What is no signature, or never expires, has none.
    if (seconds > 0 && seconds < LONGEST_LIFETIME) found.set(seconds, (found.get(seconds) ?? 0) + 1);
  }
  const [most, times] = [...found].reduce((best, one) => (one[1] > best[1] ? one : best), [lifetime, 0]);
  return times > Math.max(2 * (found.get(lifetime) ?? 0) + 1, newest.length / 10) ? most : lifetime;
}

/**
 * Rows with more than 2 kB of stored data don't tell when they were saved, because reading them would fetch them from TOAST; the
 * others stand for them.
 */
export function savedLately(
  row: SessionRow,
  sample: PageSample,
  counted: CountedSaves | undefined,
  known: ReadingTime,
): Measured {
  if (row.relkind === 'p') return unknown('The pages of a partitioned table are not sampled.');
  const [fresh, stamped] = [add(sample.fresh), add(sample.stamped)];
  if (fresh > 0 && stamped === 0) {
    return unknown(
      'None of the sampled sessions tells when it was saved: they are too large, or not signed as Django 3.1 and later do.',
    );
  }
  const untold = fresh === stamped ? '' : `, ${fresh - stamped} of which don’t tell when they were saved`;
  if (sample.whole && untold === '') return { how: 'exact', value: add(sample.saved), ...known };
  const scaled = (perPage: readonly number[]): Estimate => {
    const { value, plusMinus } = estimateTotal(perPage, sample.width, sample.pages);
    const scale = stamped === 0 ? 1 : fresh / stamped;
    return { value: value * scale, plusMinus: (sample.whole ? 0 : plusMinus) * scale };
  };
  const alone = scaled(sample.saved);
  const note = `${sampleNote(sample)}${untold}`;
  if (counted === undefined) return estimated(alone, note, known);
  const differences = sample.saved.map((saved, page) => saved - (sample.recent[page] ?? 0));
  const correction = scaled(differences);
  const agree = differences.every((difference) => difference === 0);
  const lives = `${formatDuration(counted.lifetime)} after a save`;
  if (roughness(differences) > roughness(sample.saved)) {
    return estimated(alone, `${note}, for sessions don’t all expire ${lives}`, known);
  }
  const both = { value: counted.rows + correction.value, plusMinus: correction.plusMinus };
  const how = agree ? 'as all' : 'corrected for those that don’t';
  return estimated(both, `by the index on expire_date, for sessions that expire ${lives}, ${how} ${note}`, known);
}
