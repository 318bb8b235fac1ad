import { formatAge } from '../../../common/format.ts';
import { isKnown, type Known } from '../../../common/measured.ts';
import { NO_KEY } from '../../../django/sessionKeys.ts';
import { fromDetail } from '../../../monitoring/metrics/read.ts';
import type { Snapshot } from '../../../monitoring/snapshot/snapshot.ts';
import type { SessionSample, SignatureCount } from '../../../postgres/table/readings.ts';
import { cause, type Cause, type CauseJudgement, type Remedy } from '../../cause.ts';
import { figure, fraction, isJudgement, openingCode, outOf, ruledOut, settingExhibit, unseen } from '../judgements.ts';

/** Sessions that Django can't open any more. The share of each is that of such sessions among those of the sample. */

/** Fewer are chance, or old. */
const FEW = 3;
const LITTLE = 0.05;
/** A restart of all workers takes a while: keys that took turns for longer are two at once. */
const RESTART_MS = 10 * 60_000;

/** What the census of signatures says. */
interface Census {
  readonly own: SignatureCount;
  readonly foreign: SignatureCount;
  readonly all: number;
  /** The newest session under a foreign key is newer than the oldest under the own one. */
  readonly atOnce: boolean;
}

function censusOf({ value: snapshot }: Known<Snapshot>): Census | CauseJudgement {
  const sample = fromDetail(snapshot, 'sample');
  if (!isKnown(sample)) return unseen(sample.reason, sample.next);
  const { signatures, whyUnverified } = sample.value;
  if (signatures === undefined) {
    return unseen(
      `By which key sessions are signed is not known: ${whyUnverified ?? 'no key is known'}.`,
      'Let the settings that are open here have the SECRET_KEY of the application.',
    );
  }
  const all = signatures.reduce((sum, { sessions }) => sum + sessions, 0);
  const own = signatures.find(({ key }) => key === 'SECRET_KEY');
  const foreign = signatures.find(({ key }) => key === NO_KEY);
  if (foreign === undefined || foreign.sessions < Math.max(FEW, LITTLE * all)) {
    return ruledOut(`${outOf(all - (foreign?.sessions ?? 0), all, 'sessions')} are signed with a key of the settings.`);
  }
  if (own === undefined) {
    return unseen(
      'No session is signed with the SECRET_KEY of the settings that are open here: the application has another one.',
      'Open the settings, or set the environment, with which the application runs.',
    );
  }
  const [from, to] = [own.oldest, foreign.newest];
  if (from === undefined || to === undefined) return unseen('The sessions don’t tell when they were saved.');
  return { own, foreign, all, atOnce: to.getTime() > from.getTime() + RESTART_MS };
}

const KEY_REMEDY: Remedy = {
  title: 'Keep the old key for a while',
  text: 'Put the key that was used before into SECRET_KEY_FALLBACKS (Django 4.1 and later): its sessions are valid again, and signed anew as they are saved.',
};

interface KeyRow {
  readonly id: string;
  readonly title: string;
  /** Whether the keys are used at the same time. */
  readonly atOnce: boolean;
  readonly said: (census: Census, at: Date) => string;
  readonly otherwise: string;
  readonly remedies: readonly Remedy[];
}

const KEYS: readonly KeyRow[] = [
  {
    id: 'secret-key-changed',
    title: 'SECRET_KEY has changed',
    atOnce: false,
    said: ({ own, foreign }, at) =>
      `The key was changed between the last of them, ${age(foreign.newest, at)}, and the first under SECRET_KEY, ${age(own.oldest, at)}.`,
    otherwise: 'Both keys are used at the same time.',
    remedies: [KEY_REMEDY],
  },
  {
    id: 'secret-key-differs',
    title: 'SECRET_KEY differs between workers',
    atOnce: true,
    said: () =>
      'They were saved at the same time as those under SECRET_KEY: some workers have another key, and drop the sessions of the others.',
    otherwise: 'The keys were used one after the other.',
    remedies: [
      {
        title: 'Give all workers the same SECRET_KEY',
        text: 'Compare the environment of the workers, and look for a key that is made anew at each start, such as get_random_secret_key().',
      },
      KEY_REMEDY,
    ],
  },
];

function ofKeys({ id, title, atOnce, said, otherwise, remedies }: KeyRow): Cause {
  return cause({
    id,
    title,
    symptoms: ['loggedOut'],
    needs: ['snapshot'],
    judge: ({ snapshot }, at) => {
      const census = censusOf(snapshot);
      if (isJudgement(census)) return census;
      if (census.atOnce !== atOnce) return ruledOut(otherwise);
      const { own, foreign, all } = census;
      const count = outOf(foreign.sessions, all, 'sessions');
      return {
        verdict: 'found',
        share: fraction(foreign.sessions, all),
        confidence: 'certain',
        sentence: `${count} are signed with a key that the settings don’t have. ${said(census, at)}`,
        exhibits: [own, foreign].map(({ key, sessions, oldest, newest }) => {
          const name = key === NO_KEY ? 'another key' : key;
          const times = `saved between ${age(oldest, at)} and ${age(newest, at)}`;
          return figure(`${outOf(sessions, all, 'sessions')} of the sample are signed with ${name}, ${times}.`);
        }),
        remedies,
      };
    },
  });
}

const age = (date: Date | undefined, at: Date): string => (date === undefined ? 'unknown' : formatAge(date, at));

/** By its name, as what it writes. */
function formatOf(serializer: string): 'JSON' | 'pickle' | undefined {
  if (/json/i.test(serializer)) return 'JSON';
  return /pickle/i.test(serializer) ? 'pickle' : undefined;
}

/** Sessions of the sample that the serializer of the settings can't read, and all. */
function unreadableBy(format: 'JSON' | 'pickle', { rows, unreadable }: SessionSample): readonly [number, number] {
  const reasons = Object.entries(unreadable).filter(([why]) => /^(?:pickled|not JSON)/.test(why));
  const others = reasons.reduce((sum, [, count]) => sum + count, 0);
  return [format === 'JSON' ? others : rows, rows + others];
}

const serializer = cause({
  id: 'serializer-changed',
  title: 'The serializer of sessions has changed',
  symptoms: ['loggedOut'],
  needs: ['snapshot', 'visitSettings'],
  judge: ({ snapshot, visitSettings: { value: settings } }) => {
    const { SESSION_SERIALIZER: setting } = settings;
    const format = typeof setting.value === 'string' ? formatOf(setting.value) : undefined;
    if (format === undefined) {
      return unseen(
        `What SESSION_SERIALIZER writes is not known: ${setting.why ?? String(setting.value)}.`,
        'Compare when it was changed with when visitors were logged out.',
      );
    }
    const sample = fromDetail(snapshot.value, 'sample');
    if (!isKnown(sample)) return unseen(sample.reason, sample.next);
    const [count, all] = unreadableBy(format, sample.value);
    const said = outOf(count, all, 'sessions');
    if (count < Math.max(FEW, LITTLE * all)) return ruledOut(`${said} were written by another serializer.`);
    return {
      verdict: 'found',
      share: fraction(count, all),
      confidence: 'certain',
      sentence: `${said} were written by another serializer than the one of the settings, which reads ${format}: Django takes them for empty.`,
      exhibits: [settingExhibit('SESSION_SERIALIZER', setting), figure(`${said} of the sample are not ${format}.`)],
      remedies: [
        {
          title: 'Read both for a while',
          text: 'Let the serializer try the old format where the new one fails, until SESSION_COOKIE_AGE has passed. Never read pickle that others could have written: it runs code.',
          ...openingCode(setting.place),
        },
      ],
    };
  },
});

export const KEY_CAUSES: readonly Cause[] = [...KEYS.map(ofKeys), serializer];
