/**
 * Prints the log of a cleanup service as docker would with --timestamps, for a machine on which none runs: it did its work until a
 * week ago, and fails since then, which is why the demo's table is full of expired sessions.
 */
import { cleanupNights, DAY_MS } from './cleanupNights.ts';

const line = (at: number, text: string): void => {
  console.log(`${new Date(at).toISOString()} ${text}`);
};

const nights = cleanupNights(Date.now());
line((nights[0]?.at ?? 0) - DAY_MS / 24, '[Session Cleanup] Service started. Cleanup scheduled for 03:00 UTC daily');
for (const { at: night, failed } of nights) {
  const at = night + 17_000;
  line(at, '[Session Cleanup] Running cleanup at $(date)');
  if (!failed) {
    line(at + 2_400, '[Session Cleanup] Cleanup completed. Next run tomorrow at 03:00 UTC');
    continue;
  }
  line(at + 1_100, 'Traceback (most recent call last):');
  line(at + 1_100, '  File "/app/manage.py", line 16, in <module>');
  line(at + 1_100, '    main()');
  line(at + 1_100, 'django.db.utils.OperationalError: FATAL:  password authentication failed for user "picks"');
  line(at + 1_200, '[Session Cleanup] Cleanup failed, will retry on next window');
}
