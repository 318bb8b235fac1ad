import { seeded } from '../../../kit/random.ts';

/** Requests of visitors who come, look at some pages and go: seconds from 0, ascending, of each visitor. */
export function visitors(
  seed: number,
  { count, hours }: { readonly count: number; readonly hours: number },
): number[][] {
  const random = seeded(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Array.from({ length: count }, () => {
    const requests: number[] = [];
    let time = -Math.log(1 - random()) * 3600;
    while (time < hours * 3600) {
      // A page is looked at for about 40 s, some far longer; one in fifteen is the last.
      do {
        requests.push(Math.floor(time));
        time += 1 + 40 * Math.exp(normal());
      } while (random() > 1 / 15 && time < hours * 3600);
      time += -Math.log(1 - random()) * 5400;
    }
    return requests;
  });
}

/** When a throttle of so many seconds saves of these requests. */
export function throttled(requests: readonly number[], interval: number): number[] {
  const saves: number[] = [];
  for (const time of requests) if (time - (saves.at(-1) ?? -Infinity) >= interval) saves.push(time);
  return saves;
}
