/**
 * Prints the log of a cleanup service as docker would with --timestamps, for a machine on which none runs: it did its work until a
 * week ago, and fails since then, which is why the demo's table is full of expired sessions.
 */
const DAY_MS = 86_400_000;
const NIGHTS = 14;
const FAILS_SINCE = 7;
const now = Date.now();
const lastNight = Math.floor((now - 3 * 3_600_000) / DAY_MS) * DAY_MS + 3 * 3_600_000;

const line = (at, text) => console.log(`${new Date(at).toISOString()} ${text}`);

line(
  lastNight - NIGHTS * DAY_MS - 3_600_000,
  '[Session Cleanup] Service started. Cleanup scheduled for 03:00 UTC daily',
);
for (let night = NIGHTS; night >= 0; night--) {
  const at = lastNight - night * DAY_MS + 17_000;
  line(at, '[Session Cleanup] Running cleanup at $(date)');
  if (night >= FAILS_SINCE) {
    line(at + 2_400, '[Session Cleanup] Cleanup completed. Next run tomorrow at 03:00 UTC');
    continue;
  }
  line(at + 1_100, 'Traceback (most recent call last):');
  line(at + 1_100, '  File "/app/manage.py", line 16, in <module>');
  line(at + 1_100, '    main()');
  line(at + 1_100, 'django.db.utils.OperationalError: FATAL:  password authentication failed for user "picks"');
  line(at + 1_200, '[Session Cleanup] Cleanup failed, will retry on next window');
}
