/**
 * For a program that runs long: it ends at a signal, with its parent (the terminal was closed, or npm was killed) and after its limit.
 * Servers and folders have guards, which clean up whenever this process ends.
 *
 * @param limitMinutes what is longer hangs
 * @param kept a sentence about what is there all the same
 */
export function endInTime(limitMinutes: number, kept: string): void {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.on(signal, () => process.exit(code));
  }
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(1);
  }, 500).unref();
  setTimeout(() => {
    console.error(`✘ Ended after ${limitMinutes} minutes; ${kept}`);
    process.exit(1);
  }, limitMinutes * 60_000).unref();
}
