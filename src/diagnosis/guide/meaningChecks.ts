import { formatDuration } from '../../common/format.ts';
import { isWritten } from '../../services/cleanupService/command/writtenLines.ts';
import { saidInAll } from '../../services/cleanupService/log/said.ts';
import type { GuideBlock } from './guideBlocks.ts';
import type { GuideCheck } from './guideFinding.ts';
import { offsetInDocument } from './statements.ts';

/** Django's default of SESSION_COOKIE_AGE, two weeks. @see https://docs.djangoproject.com/en/stable/ref/settings/#session-cookie-age */
const COOKIE_AGE = 1_209_600;

/** That it is about sessions that were saved, and not about those that expire. */
const SAVED_LATELY =
  /\b(?:updat\w+|sav(?:ed|es)|modified|written|changed|touched|refreshed|created|active|used|seen)\b[^\n.]{0,40}?\b(?:last|past|previous|recent)\b[^\n.]{0,12}?(?:\bhours?\b|\bminutes?\b|\bdays?\b|\d+ ?[hmd]\b)|\b(?:updat\w+|saved|modified|active|created)_(?:sessions_)?(?:in_)?(?:the_)?(?:last|past)_(?:\w*_)?(?:hour|minute|day)/iu;
const UNITS: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3_600, day: 86_400, week: 604_800 };

const NOW = String.raw`(?:[\w.]*\bnow(?:\(\))?|[\w.]*utcnow\(\)|current_timestamp|localtimestamp)`;
const PYTHON = String.raw`(?:datetime\.)?timedelta\(\s*(?<unit>second|minute|hour|day|week)s\s*=\s*(?<count>\d+)\s*\)`;
const SQL = String.raw`interval\s*'(?<count>\d+)\s*(?<unit>second|minute|hour|day|week)s?'`;

/** Conditions on when sessions expire, with the time that they are apart from now. */
const CONDITIONS: readonly { readonly of: 'until' | 'since'; readonly when: RegExp }[] = [
  { of: 'until', when: new RegExp(String.raw`expire_date__lte?\s*=\s*${NOW}\s*\+\s*${PYTHON}(?!\s*[-+])`, 'giu') },
  {
    of: 'until',
    when: new RegExp(
      String.raw`expire_date__range\s*=\s*[[(]\s*${NOW}\s*,\s*${NOW}\s*\+\s*${PYTHON}(?!\s*[-+])`,
      'giu',
    ),
  },
  { of: 'since', when: new RegExp(String.raw`expire_date__gte?\s*=\s*${NOW}\s*-\s*${PYTHON}(?!\s*[-+])`, 'giu') },
  { of: 'until', when: new RegExp(String.raw`expire_date"?\s*<=?\s*${NOW}\s*\+\s*${SQL}(?!\s*[-+])`, 'giu') },
  {
    of: 'until',
    when: new RegExp(String.raw`expire_date"?\s+between\s+${NOW}\s+and\s+${NOW}\s*\+\s*${SQL}(?!\s*[-+])`, 'giu'),
  },
  { of: 'since', when: new RegExp(String.raw`expire_date"?\s*>=?\s*${NOW}\s*-\s*${SQL}(?!\s*[-+])`, 'giu') },
];
/** A lower bound beyond now: then an upper one may be right. */
const LATER = new RegExp(String.raw`expire_date(?:__gte?\s*=|"?\s*>=?|"?\s+between)\s*${NOW}\s*\+`, 'iu');

/** When a session was saved does not stand in its row: expire_date is that moment and SESSION_COOKIE_AGE, unless code calls set_expiry. */
export const WRONG_HOUR: GuideCheck = {
  code: 'guide-wrong-hour',
  what: 'a query that counts the sessions that expire in the next hour as those that were saved in the last',
  find: (block, { cookieAge = COOKIE_AGE }) => {
    if (!saysSavedLately(block)) return [];
    return CONDITIONS.flatMap(({ of, when }) =>
      [...block.content.matchAll(when)].flatMap((match) => {
        const seconds = Number(match.groups?.['count']) * (UNITS[match.groups?.['unit']?.toLowerCase() ?? ''] ?? 0);
        if (seconds === 0 || seconds >= cookieAge || (of === 'until' && LATER.test(block.content))) return [];
        const time = formatDuration(seconds);
        const counts =
          of === 'until'
            ? `This counts the sessions that expire within the next ${time}, not those that were saved in the last`
            : `This counts every session that has not expired, and those that expired in the last ${time}, not those that were saved in it`;
        const message = `${counts}: one that is saved now expires after ${formatDuration(cookieAge)} (SESSION_COOKIE_AGE). Unless code calls set_expiry, those are the ones with an expire_date later than now + ${formatDuration(cookieAge)} − ${time}.`;
        const from = offsetInDocument(block.lines, match.index);
        return [{ message, from, to: offsetInDocument(block.lines, match.index + match[0].length) }];
      }),
    );
  },
};

function saysSavedLately({ content, before }: GuideBlock): boolean {
  const said = SAVED_LATELY.exec(`${before}\n${content}`)?.[0];
  return said !== undefined && !/expir/iu.test(said);
}

/** Only lines that tell of a run are judged, and only where all that the service may write is known. */
export const LOG_WORDS: GuideCheck = {
  code: 'guide-log-words',
  what: 'log lines that the cleanup service does not write',
  find: (block, { written, services }) => {
    if (!block.isLog || written === undefined) return [];
    const said = saidInAll(block.lines.map(({ text }) => text));
    const gone = block.lines.filter(({ text }, i) => said[i] !== undefined && !isWritten(text, written));
    const [first] = gone;
    if (first === undefined) return [];
    const lines = gone.map(({ text }) => `“${text.trim()}”`).join(' or ');
    const quiet = written.length === 0 ? ' It writes nothing at all: clearsessions is silent when it succeeds.' : '';
    const message = `${services.join(' and ')} does not write ${lines}, as its command is now.${quiet}`;
    return [{ message, from: first.from, to: first.from + first.text.length }];
  },
};
