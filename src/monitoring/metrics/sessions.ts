import { formatAge } from '../../common/format.ts';
import { isKnown, unknown, type Measured } from '../../common/measured.ts';
import type { SessionSample } from '../../postgres/table/readings.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { MetricChild, MetricRow } from './metric.ts';
import { exactly, fromDetail, preferExact, sampleShare, shareOf } from './read.ts';

export const SESSION_METRICS = [
  {
    id: 'sessions.total',
    group: 'sessions',
    label: 'Total',
    unit: 'count',
    what: 'All rows of the session table, expired ones included.',
    source: 'COUNT(*) of the exact reading, else estimated from a sample of pages and pg_class',
    advice: 'It should stay level. If it only ever grows, expired sessions are not being cleared.',
    countable: true,
    charts: [{ id: 'sessions' }],
    read: (s) => preferExact(s, s.metrics.sessions.total, 'total'),
  },
  {
    id: 'sessions.active',
    group: 'sessions',
    label: 'Active',
    unit: 'count',
    what: 'Sessions whose expire_date has not passed: visitors who would be recognised if they came back now.',
    source: 'COUNT(*) WHERE expire_date >= now(), or total less expired',
    advice: 'Shorten SESSION_COOKIE_AGE if far more sessions are kept than there are visitors who come back.',
    countable: true,
    charts: [{ id: 'sessions' }],
    read: (s) => preferExact(s, s.metrics.sessions.active, 'active'),
  },
  {
    id: 'sessions.expired',
    group: 'sessions',
    label: 'Expired',
    unit: 'count',
    what: 'Sessions whose expire_date has passed. Nobody can use them, they only take space until they are cleared.',
    source: 'Counted by the index on expire_date up to a cap, beyond it estimated',
    advice: 'Run manage.py clearsessions, and see to it that it runs daily.',
    countable: true,
    charts: [{ id: 'sessions' }, { id: 'expired' }],
    read: (s) => preferExact(s, s.metrics.sessions.expired, 'expired'),
  },
  {
    id: 'sessions.oldestExpired',
    group: 'sessions',
    label: 'Oldest expired',
    unit: 'date',
    toldWith: 'sessions.expired',
    what: 'When the session expired that has been waiting longest to be cleared.',
    source: 'MIN(expire_date), the first entry of the index on expire_date',
    advice: 'With a daily cleanup it is at most a day old. Older means that the cleanup has not run since.',
    whenNull: 'none',
    read: (s) => s.metrics.sessions.oldestExpired,
  },
  {
    id: 'sessions.savedLastHour',
    group: 'sessions',
    label: 'Saved in the last hour',
    inTree: 'Saved last hour',
    unit: 'count',
    what: 'Sessions whose last save, by the time in their signature, is less than an hour ago: visitors of the last hour.',
    source:
      'Time of signing in session_data (Django 3.1 and later), on a sample of pages; up to 5,000 are counted by the index on expire_date, as far as the sample agrees that sessions live equally long',
    advice: 'Compare it with the saves a minute: many saves of few sessions mean that nothing throttles them.',
    read: (s) => s.metrics.sessions.savedLastHour,
  },
  {
    id: 'sessions.lastActivity',
    group: 'sessions',
    label: 'With last_activity',
    inTree: 'last_activity',
    unit: 'share',
    closer: true,
    what: 'Share of a sample of at most 100 unexpired sessions that hold last_activity, the key by which the throttle knows when it saved last.',
    source: 'Decoded session_data of the sample; keys are counted, values are not kept',
    advice:
      'If it falls while the throttling middleware is on, check that it stands after SessionMiddleware in MIDDLEWARE.',
    read: (s) => sampleShare(s, 'withLastActivity'),
  },
  {
    id: 'sessions.anonymous',
    group: 'sessions',
    label: 'Anonymous',
    unit: 'share',
    closer: true,
    what: 'Share of the same sample without a user: sessions of visitors who have not logged in, and of robots.',
    source: 'Decoded session_data of the sample without _auth_user_id',
    advice: 'If most are anonymous, look for code that writes to request.session on every page.',
    read: (s) => sampleShare(s, 'anonymous'),
  },
  {
    id: 'sessions.signed',
    group: 'sessions',
    label: 'Signed with SECRET_KEY',
    inTree: 'By SECRET_KEY',
    unit: 'share',
    closer: true,
    what: 'Share of the same sample whose signature is right by SECRET_KEY as the settings have it now. Django takes what is signed with none of its keys for an empty session: those visitors are logged out.',
    source:
      'Signatures of session_data by SECRET_KEY and SECRET_KEY_FALLBACKS of the settings, in the memory of this window only',
    advice:
      'After a change of the key keep the old one in SECRET_KEY_FALLBACKS until its sessions have ended. New saves with none of them come from workers with another key.',
    read: (s) => signedShare(s),
    children: (s) => signatureChildren(s),
  },
  {
    id: 'sessions.lifetime',
    group: 'sessions',
    label: 'Lifetime',
    unit: 'seconds',
    closer: true,
    what: 'How long a session lives after its last save.',
    source: 'Most frequent expire_date less time of save in the sample, else SESSION_COOKIE_AGE in the settings',
    advice: 'Shorter lives mean fewer rows. Django’s default is two weeks.',
    read: (s) => {
      const sample = s.detail?.sample;
      if (sample !== undefined && isKnown(sample) && sample.value.cookieAgeSeconds !== undefined) {
        return {
          how: 'estimated',
          value: sample.value.cookieAgeSeconds,
          at: sample.at,
          note: 'As it is in effect, from the sampled sessions',
        };
      }
      const set = s.settings.cookieAgeSeconds;
      if (set !== undefined) return exactly(set, s.at, 'SESSION_COOKIE_AGE in the settings');
      return unknown(
        'SESSION_COOKIE_AGE was not found in the settings, and no session could be sampled.',
        'Django’s default is 14 days.',
      );
    },
  },
] as const satisfies readonly MetricRow[];

/** By which key of the settings the sampled sessions are signed. */
const SECRET_KEY = 'SECRET_KEY';

function counted({ signatures = [] }: SessionSample): number {
  return signatures.reduce((sum, { sessions }) => sum + sessions, 0);
}

function signedShare(snapshot: Snapshot): Measured<number | null> {
  const sample = fromDetail(snapshot, 'sample');
  if (!isKnown(sample)) return sample;
  const { signatures, whyUnverified = 'another version of this extension has read it' } = sample.value;
  if (signatures === undefined) return unknown(`The keys are not known: ${whyUnverified}.`);
  const all = counted(sample.value);
  if (all === 0) return { ...sample, value: null, note: 'No session of the sample has a signature of Django' };
  const own = signatures.find(({ key }) => key === SECRET_KEY)?.sessions ?? 0;
  return shareOf(sample, own, all, `${own} of ${all} sampled sessions with a signature`);
}

function signatureChildren(snapshot: Snapshot): readonly MetricChild[] {
  const sample = fromDetail(snapshot, 'sample');
  if (!isKnown(sample)) return [];
  const all = counted(sample.value);
  const { signatures = [] } = sample.value;
  return signatures.map(({ key, sessions, newest }) => {
    const saved = newest === undefined ? '' : `; the newest was saved ${formatAge(newest, sample.at)}`;
    return { key, label: key, unit: 'share', value: shareOf(sample, sessions, all, `${sessions} of ${all}${saved}`) };
  });
}
