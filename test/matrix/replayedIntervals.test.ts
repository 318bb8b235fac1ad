import './all.ts';
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { otherIntervals } from '../../src/diagnosis/impact/intervals/otherIntervals.ts';
import { decodeSession } from '../../src/django/sessionData.ts';
import { SaveMemory } from '../../src/postgres/saves/saveMemory.ts';
import { ensureDjango } from '../kit/django.ts';
import { startPostgres } from '../kit/postgres.ts';
import { run } from '../kit/process.ts';
import { SAMPLE } from '../kit/sample.ts';
import { visitors } from '../unit/diagnosis/impact/visitors.ts';

/**
 * The same visitors on real Django with real PostgreSQL at three intervals, its clock put forward: what is simulated from the save times
 * that were observed at one of them is held against what Django saved at the others.
 */

const INTERVALS = [300, 600, 900];
const HOURS = 5;
const VISITORS = 60;

/** argv: connection string, source of the throttle, its interval, file with the requests of each visitor. */
const REPLAY = `
import json, sys, time
from datetime import timedelta
from django.conf import settings
url, source, interval, file = sys.argv[1:5]
import dj_database_url
settings.configure(
    DATABASES={"default": dj_database_url.parse(url)}, INSTALLED_APPS=["django.contrib.sessions"], USE_TZ=True,
    SECRET_KEY="replay", SESSION_ENGINE="django.contrib.sessions.backends.db",
)
import django
django.setup()
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

call_command("migrate", verbosity=0)
throttle = {}
exec(compile(open(source).read(), source, "exec"), throttle)
throttle["THROTTLE_INTERVAL"] = int(interval)

real_now, real_time = timezone.now, time.time
begin, ahead, saved = real_time(), 0, []
start = real_now()
timezone.now = lambda: start + timedelta(seconds=ahead)
time.time = lambda: begin + ahead
real_save = SessionStore.save
def save(self, *args, **kwargs):
    # Without a key it makes one, and saves with that.
    if self.session_key is not None:
        saved.append(ahead)
    return real_save(self, *args, **kwargs)
SessionStore.save = save

def view(request):
    if "cart" not in request.session:
        request.session["cart"] = 1
    return HttpResponse()
site = SessionMiddleware(throttle["ThrottledSessionMiddleware"](view))
requests = sorted((at, visitor) for visitor, times in enumerate(json.load(open(file))) for at in times)
cookies, looks, looked = {}, [], 0
def look(until):
    global looked
    while looked + 60 <= until:
        looked += 60
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT session_key, session_data, extract(epoch FROM expire_date)::float8 * 1000 FROM django_session WHERE expire_date > %s",
                [start + timedelta(seconds=looked - 90 + settings.SESSION_COOKIE_AGE)],
            )
            looks.append({"at": (begin + looked) * 1000, "rows": cursor.fetchall()})
for at, visitor in requests:
    look(at)
    ahead = at
    request = RequestFactory().get("/")
    request.COOKIES.update(cookies.get(visitor, {}))
    response = site(request)
    cookies.setdefault(visitor, {}).update({name: morsel.value for name, morsel in response.cookies.items()})
look(requests[-1][0] + 60)
with connection.cursor() as cursor:
    cursor.execute("SELECT pg_stat_force_next_flush()")
    cursor.execute("SELECT n_tup_ins + n_tup_upd FROM pg_stat_user_tables WHERE relname = 'django_session'")
    counted = cursor.fetchone()[0]
print(json.dumps({"begin": begin, "saved": saved, "looks": looks, "counted": counted, "requests": len(requests)}))
`;

interface Replayed {
  readonly begin: number;
  /** Seconds from the beginning. */
  readonly saved: readonly number[];
  readonly looks: readonly { readonly at: number; readonly rows: readonly (readonly [string, string, number])[] }[];
  /** By PostgreSQL. */
  readonly counted: number;
  readonly requests: number;
}

const django = await ensureDjango('5.2');
const folder = await mkdtemp(join(tmpdir(), 'dsm-replay-'));
const postgres = await startPostgres();
after(async () => {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

async function replay(python: string, interval: number): Promise<Replayed> {
  const [script, requests] = [join(folder, 'replay.py'), join(folder, 'requests.json')];
  await writeFile(script, REPLAY);
  await writeFile(requests, JSON.stringify(visitors(17, { count: VISITORS, hours: HOURS })));
  const admin = postgres.connectionString();
  const name = `replay${interval}`;
  await run(python, [
    '-c',
    'import sys, psycopg; psycopg.connect(sys.argv[1], autocommit=True).execute(f"CREATE DATABASE {sys.argv[2]}")',
    admin,
    name,
  ]);
  const source = join(SAMPLE, 'config', 'middleware.py');
  return JSON.parse(
    await run(python, [script, postgres.connectionString(name), source, String(interval), requests]),
  ) as Replayed;
}

/** Save times as the monitor observes them: looks a minute apart, by the signatures alone. */
function observed({ looks, begin }: Replayed): readonly (readonly number[])[] {
  const memory = new SaveMemory();
  memory.look({ rows: [], at: begin * 1000, inserted: 0 }, decodeSession);
  let times: readonly (readonly number[])[] | undefined;
  for (const { at, rows } of looks) {
    const saved = rows.map(([session, data, expires]) => ({ session, data, expires }));
    times = memory.look({ rows: saved, at, inserted: 0 }, decodeSession).value?.times ?? times;
  }
  return times ?? assert.fail('nothing was observed');
}

test(
  'what another interval would save is within 10 % of what Django saves with it',
  { skip: 'skip' in django ? django.skip : false },
  async (t) => {
    assert.ok('python' in django);
    const runs = new Map<number, Replayed>();
    for (const interval of INTERVALS) {
      const replayed = await replay(django.python, interval);
      assert.equal(replayed.counted, replayed.saved.length, 'PostgreSQL counts the saves that Django made');
      t.diagnostic(`${interval} s: ${replayed.saved.length} saves of ${replayed.requests} requests`);
      runs.set(interval, replayed);
    }
    for (const [present, seen] of runs) {
      const times = observed(seen);
      const first = Math.min(...times.map(([time = Infinity]) => time));
      for (const [asked, real] of runs) {
        if (asked === present) continue;
        const found = otherIntervals(times, present, asked).others.find(({ seconds }) => seconds === asked)?.simulated;
        assert.ok(found !== undefined);
        const from = first + Math.max(present, asked) - seen.begin;
        const saves = real.saved.filter((at) => at >= from).length;
        const { low, likely, high } = found;
        const off = `${((likely / saves - 1) * 100).toFixed(1)} %`;
        t.diagnostic(
          `observed at ${present} s, asked for ${asked} s: ${low} to ${high}, likely ${likely.toFixed(0)}; Django saved ${saves}: ${off}`,
        );
        assert.ok(low <= saves * 1.02 && saves <= high * 1.02, `${low} ≤ ${saves} ≤ ${high}`);
        // Of a shorter one only the bounds are told.
        if (asked > present) assert.ok(Math.abs(likely / saves - 1) < 0.1, off);
      }
    }
  },
);
