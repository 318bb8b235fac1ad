import { formatNumber } from '../../common/format.ts';
import { isKnown, mapMeasured, unknown, type Measured } from '../../common/measured.ts';
import type { SaveEvidence } from '../../postgres/table/saveEvidence.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { MetricChild, MetricRow } from './metric.ts';
import { fromDetail, shareOf } from './read.ts';

/** "only last_activity", "cart and last_activity", "nothing". */
export function entriesText(entries: readonly string[]): string {
  const [first, ...more] = entries;
  if (first === undefined) return 'nothing';
  const last = more.at(-1);
  return last === undefined ? `only ${first}` : `${[first, ...more.slice(0, -1)].join(', ')} and ${last}`;
}

function evidence(snapshot: Snapshot): Measured<SaveEvidence> {
  return fromDetail(snapshot, 'saves');
}

/** The same, where most of the sessions that were not seen before can be new: not more of them are than were inserted. */
function ofNew(snapshot: Snapshot): Measured<SaveEvidence> {
  const found = evidence(snapshot);
  const { sessions = 0, inserted = 0 } = found.value?.newcomers ?? {};
  if (inserted >= sessions / 2) return found;
  return unknown(
    'Of the sessions that were not seen before too many are older ones: the statistics of the table have fewer inserts.',
    'It comes by itself when those that are in use have been seen; a standby and a partitioned table count no inserts.',
  );
}

/** Of so many that are told, one line for each. */
function parts<T>(
  found: Measured<SaveEvidence>,
  pick: (saves: SaveEvidence) => readonly T[],
  part: (one: T) => { readonly entries: readonly string[]; readonly count: number },
): readonly MetricChild[] {
  return (found.value === undefined ? [] : pick(found.value)).map((one) => {
    const { entries, count } = part(one);
    const label = entriesText(entries);
    return { key: JSON.stringify(entries), label, unit: 'count', value: mapMeasured(found, () => count) };
  });
}

/** "71 of 100 only last_activity". */
function most(all: number, count: number, entries: readonly string[]): string {
  return `${formatNumber(count)} of ${formatNumber(all)} ${entriesText(entries)}`;
}

export const SAVE_METRICS = [
  {
    id: 'writes.changes',
    group: 'writes',
    label: 'What saves change',
    inTree: 'Saves change',
    unit: 'text',
    whenNull: 'no save was seen',
    what: 'Which entries of their sessions the saves of the last half hour changed. A save that changes nothing, or only when it was made, could have been left out.',
    source:
      'Sessions that were saved lately, found by the index on expire_date (at most 500 of each of the three most frequent lifetimes a reading), and compared ' +
      'with what was seen of them before; values by their hashes. Of several saves of one session between two readings the last is seen; sessions of rare lifetimes are not',
    advice:
      'Look for the code that sets the entry that changes most. Saves that change nothing come from SESSION_SAVE_EVERY_REQUEST, set_expiry or modified = True.',
    read: (s) =>
      mapMeasured(evidence(s), ({ saves, changes: [first] }) =>
        first === undefined ? null : most(saves, first.saves, first.entries),
      ),
    children: (s) =>
      parts(
        evidence(s),
        ({ changes }) => changes,
        ({ entries, saves }) => ({ entries, count: saves }),
      ),
  },
  {
    id: 'writes.newContents',
    group: 'writes',
    label: 'What new sessions hold',
    inTree: 'New ones hold',
    unit: 'text',
    whenNull: 'no new session was seen',
    what: 'What sessions held after their first save, of the last hour. One without a user that holds only what a middleware puts into all of them was made for somebody who needs none, such as a robot.',
    source: 'The same sessions, those that were not seen before',
    advice: 'Let the middleware ask whether the session holds anything before it sets an entry: session.is_empty().',
    read: (s) =>
      mapMeasured(ofNew(s), ({ newcomers: { sessions, contents } }) =>
        contents[0] === undefined ? null : most(sessions, contents[0].sessions, contents[0].entries),
      ),
    children: (s) =>
      parts(
        ofNew(s),
        ({ newcomers }) => newcomers.contents,
        ({ entries, sessions }) => ({ entries, count: sessions }),
      ),
  },
  {
    id: 'writes.notSavedAgain',
    group: 'writes',
    label: 'New, not saved again',
    inTree: 'Saved only once',
    unit: 'share',
    what: 'Share of the new sessions of the last hour that were not saved a second time in at least ten minutes: of those whom a throttle lets be saved again after that time nobody came back.',
    source: 'The same new sessions, those that are ten minutes old',
    advice:
      'Near 100% with many inserts: clients that keep no cookie get a session at each request. Make none for them.',
    read: (s) => {
      const found = ofNew(s);
      const settled = found.value?.newcomers.settled ?? 0;
      if (found.value !== undefined && settled === 0) {
        return unknown('No new session that was seen is ten minutes old yet.', 'It comes by itself.');
      }
      return mapMeasured(found, ({ newcomers }) => 1 - newcomers.savedAgain / settled);
    },
  },
  {
    id: 'writes.newSignedIn',
    group: 'writes',
    label: 'New, with a user',
    whenNull: 'no new session',
    inTree: 'New, with user',
    unit: 'share',
    what: 'Share of the new sessions of the last hour that hold a user: each sign-in makes a session with a new key.',
    source: 'The same new sessions, those with _auth_user_id',
    advice:
      'Near 0% with many inserts: sessions are made for visitors who never sign in. Inserts × this share are the sign-ins.',
    read: (s) => {
      const found = ofNew(s);
      const { sessions = 0, anonymous = 0 } = found.value?.newcomers ?? {};
      if (!isKnown(found)) return found;
      if (sessions === 0) return { ...found, value: null };
      const signedIn = sessions - anonymous;
      return shareOf(found, signedIn, sessions, `${formatNumber(signedIn)} of ${formatNumber(sessions)} new sessions`);
    },
  },
] as const satisfies readonly MetricRow[];
