import { seeded } from '../../../kit/random.ts';

export interface HistoryOptions {
  readonly days: number;
  readonly stepMinutes: number;
  /** Saves a minute at the mean of the day. */
  readonly rate: number;
  /** From that time on the rate is multiplied; minutes from the start. */
  readonly change?: { readonly atMinute: number; readonly factor: number };
  /** Standard deviation of the logarithm of a day's level, which moves from day to day and not at midnight. */
  readonly dayNoise?: number;
  /** Of the noise within the day, which hangs together over about an hour. */
  readonly noise?: number;
  /** Rate of Saturdays and Sundays; 1 by default. */
  readonly weekend?: number;
}

export const START_MS = Date.UTC(2026, 1, 2);
const MINUTE_MS = 60_000;
const MINUTES_A_DAY = 1440;

/** Saves a minute of a site whose visitors sleep at night, with noise that hangs together and whole saves. */
export function history(seed: number, options: HistoryOptions): { at: number[]; values: number[] } {
  const { days, stepMinutes, rate, change, dayNoise = 0.08, noise = 0.12, weekend = 1 } = options;
  const random = seeded(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const levels = Array.from({ length: days + 2 }, () => dayNoise * normal());
  const kept = Math.exp(-stepMinutes / 60);
  let slow = noise * normal();
  const [at, values]: [number[], number[]] = [[], []];
  for (let minute = 0; minute < days * MINUTES_A_DAY; minute += stepMinutes) {
    const day = minute / MINUTES_A_DAY;
    slow = kept * slow + Math.sqrt(1 - kept ** 2) * noise * normal();
    const part = day % 1;
    const whole = Math.floor(day);
    const level = (levels[whole] ?? 0) * (1 - part) + (levels[whole + 1] ?? 0) * part;
    const isWeekend = [6, 0].includes(new Date(START_MS + minute * MINUTE_MS).getUTCDay());
    const rhythm = 1 + 0.85 * Math.sin(2 * Math.PI * (part - 0.33)) + 0.1 * Math.sin(4 * Math.PI * part);
    const share =
      change === undefined ? 0 : Math.min(1, Math.max(0, (minute + stepMinutes - change.atMinute) / stepMinutes));
    const factor = 1 + share * ((change?.factor ?? 1) - 1);
    const expected = rate * rhythm * factor * Math.exp(level + slow) * (isWeekend ? weekend : 1) * stepMinutes;
    at.push(START_MS + minute * MINUTE_MS);
    values.push(poisson(Math.max(0, expected), random, normal) / stepMinutes);
  }
  return { at, values };
}

function poisson(mean: number, random: () => number, normal: () => number): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
  let [count, product] = [0, random()];
  while (product > Math.exp(-mean)) {
    count++;
    product *= random();
  }
  return count;
}
