import { likeliestWriter, placesOfEntry, type SearchedCode } from '../../monitoring/saves/suspects.ts';
import { fromDetail } from '../../monitoring/metrics/read.ts';
import { isKnown } from '../../common/measured.ts';
import { causeText } from '../tree/writerRows.ts';
import { answerHead, readSnapshot, type ToolFacts } from './toolFacts.ts';
import { inputObject } from './toolInput.ts';

/** What Django and its own applications keep in sessions. */
const DJANGOS: ReadonlySet<string> = new Set([
  '_auth_user_id',
  '_auth_user_backend',
  '_auth_user_hash',
  '_csrftoken',
  '_messages',
  '_session_expiry',
  '_language',
  '_password_reset_token',
]);

const MOST = 10;

/** What the saves change, by names of entries that stand in the code: a name that was made of a value is none of those. */
export function writersAnswer(input: unknown, facts: ToolFacts): object {
  inputObject(input, []);
  const saves = fromDetail(readSnapshot(facts), 'saves');
  const { writers } = facts;
  if (!isKnown(saves)) return { ...answerHead(facts), unknown: saves.reason };
  const { seconds, changes, others, newcomers } = saves.value;
  const named = (entries: readonly string[]): readonly string[] => entries.map((entry) => nameOf(entry, writers));
  const suspect = writers === undefined ? undefined : likeliestWriter(saves.value, writers);
  const said = writers === undefined || suspect === undefined ? undefined : causeText(saves.value, writers);
  return {
    ...answerHead(facts),
    overSeconds: seconds,
    savesSeen: saves.value.saves,
    // None: the save changed nothing.
    changes: changes.slice(0, MOST).map((change) => ({ entries: named(change.entries), saves: change.saves })),
    otherSaves: others,
    newSessions: {
      seen: newcomers.sessions,
      withoutUser: newcomers.anonymous,
      inserted: newcomers.inserted,
      oldEnoughToComeBack: newcomers.settled,
      savedAgain: newcomers.savedAgain,
      holdAtFirst: newcomers.contents
        .slice(0, MOST)
        .map(({ entries, sessions }) => ({ entries: named(entries), sessions })),
    },
    likeliestCause:
      suspect === undefined
        ? {
            unknown:
              writers === undefined
                ? 'The code has not been searched: open the Django Sessions view.'
                : 'Too few saves were seen.',
          }
        : {
            of: suspect.of,
            count: suspect.count,
            all: suspect.all,
            ...(suspect.entry === undefined ? {} : { entry: nameOf(suspect.entry, writers) }),
            ...(suspect.setting === undefined ? {} : { setting: suspect.setting }),
            ...(said === undefined ? {} : { place: said }),
          },
  };
}

/** Of a name that the code begins and a value ends, its beginning. */
function nameOf(entry: string, code: SearchedCode | undefined): string {
  if (DJANGOS.has(entry)) return entry;
  const written = code === undefined ? [] : placesOfEntry(entry, code).flatMap(({ write }) => write?.entry ?? []);
  if (written.some(({ name, isPrefix }) => !isPrefix && name === entry)) return entry;
  const prefix = written.find(({ isPrefix }) => isPrefix)?.name;
  return prefix === undefined ? 'an entry that the code does not name' : `${prefix}…`;
}
