/**
 * Processor time of this thread so far, milliseconds: how long work takes whoever else is at work on the machine. Not for what
 * waits.
 */
export function cpuNow(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
