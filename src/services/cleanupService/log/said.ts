import { COUNTS, NEGATED, NEXT, phrasesFor, REMAINING, type Meaning } from './phrases.ts';
import { unwrap } from './envelope.ts';
import type { LogFields, LogGroup } from './logPattern.ts';

/** What one line of a log says of a run. */
export interface Said {
  readonly begins?: boolean;
  /** See `Phrase`. */
  readonly orEnd?: true;
  readonly within?: true;
  readonly means?: Exclude<Meaning, 'start' | 'nothing'>;
  /** Lines of one family say the same of different runs; those of two may be about one. */
  readonly family: number;
  /** The task, unit or job that it is about. */
  readonly who?: string;
  readonly deleted?: string;
  readonly remaining?: string;
  readonly next?: string;
  /** What is next is said as a sleep or a time of waiting, which may be one for something else. */
  readonly soon?: true;
  readonly failed?: string;
  /** What may hold its date. */
  readonly at?: string;
}

/** Characters of a line that are looked at, and before the words where its date is looked for. */
const MAX_TEXT = 1_000;
const MAX_PREFIX = 60;
const WAITS = /^(?:sleeping|waiting)/iu;
const MAX_KNOWN = 1_000;
/** A line without any of these says nothing. */
const HINT =
  /sess|clean|clear|purg|task|job|next|run|sched|sleep|lock|error|exce|exit|fail|not found|no such|denied|kill|memory|trace|done|finish|complet|execut|remain|delet|skip|success|ok\b|systemd|cron|date:|subject:|start|message|psycopg|fatal|critical|abort|fault|format|unknown|daily|wait|term|syntax/iu;

/** By the table of phrases; most lines of a log stand there many times. */
export function saidInAll(lines: readonly string[]): (Said | undefined)[] {
  const known = new Map<string, Said | undefined>();
  return lines.map((line) => {
    if (known.has(line)) return known.get(line);
    if (known.size > MAX_KNOWN) known.clear();
    const said = saidIn(line);
    known.set(line, said);
    return said;
  });
}

function saidIn(line: string): Said | undefined {
  const cut = line.length > MAX_TEXT ? line.slice(0, MAX_TEXT) : line;
  if (!HINT.test(cut)) return undefined;
  const { text, bare } = unwrap(cut);
  const announced = NEXT.exec(bare);
  const next = announced?.groups?.['next'];
  const remaining = REMAINING.map((one) => one.exec(text)?.groups?.['remaining']).find((one) => one !== undefined);
  const counted = {
    ...(next === undefined ? {} : { next, ...(WAITS.test(announced?.[0] ?? '') && { soon: true as const }) }),
    ...(remaining === undefined ? {} : { remaining }),
  };
  const date = /^Date: (.*)/u.exec(text)?.[1];
  if (date !== undefined) return { family: -1, at: date };
  for (const [family, { means, when, within, orEnd }] of phrasesFor(text)) {
    const found = when.exec(within === true ? bare : text);
    if (found === null) continue;
    if (means === 'nothing' || (means === 'done' && NEGATED.test(found[0]))) break;
    const { who, at, deleted, failed, none } = found.groups ?? {};
    const count = means === 'done' ? (deleted ?? countIn(text.slice(found.index + found[0].length))) : undefined;
    const prefix = text.slice(0, Math.min(found.index, MAX_PREFIX));
    return {
      family,
      ...(orEnd && { orEnd }),
      ...(within && { within }),
      at: at ?? prefix,
      ...(means === 'start' ? { begins: true } : { means }),
      ...(who === undefined ? {} : { who }),
      ...(count === undefined && none === undefined ? {} : { deleted: count ?? '0' }),
      ...(means !== 'failed' && means !== 'error'
        ? counted
        : failed === undefined && means === 'failed'
          ? {}
          : { failed: failed ?? bare }),
    };
  }
  return next === undefined && remaining === undefined
    ? undefined
    : { family: -1, ...counted, at: text.slice(0, MAX_PREFIX) };
}

const countIn = (text: string): string | undefined =>
  COUNTS.map((one) => one.exec(text)?.groups?.['deleted']).find((one) => one !== undefined);

/** What goes wrong counts before what is told beside it. */
const OUTCOMES = [
  ['error', 'failed'],
  ['skipped', 'skipped'],
  ['done', 'deleted'],
  ['done', 'done'],
] as const satisfies readonly (readonly [Meaning, LogGroup])[];

/** By the groups of a person's own pattern. */
export function saidBy(fields: LogFields | undefined, text: string): Said | undefined {
  if (fields === undefined) return undefined;
  const { start, at, deleted, remaining, next, failed } = fields;
  const [means] = OUTCOMES.find(([, group]) => fields[group] !== undefined) ?? [];
  return {
    family: OUTCOMES.findIndex(([one]) => one === means),
    ...(start === undefined ? {} : { begins: true }),
    ...(means === undefined ? {} : { means }),
    ...(at === undefined ? {} : { at }),
    ...(deleted === undefined ? {} : { deleted }),
    ...(remaining === undefined ? {} : { remaining }),
    ...(next === undefined ? {} : { next }),
    ...(failed === undefined ? {} : { failed: failed.trim() === '' ? text : failed }),
  };
}
