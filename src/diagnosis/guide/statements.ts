import type { FencedBlock } from './fences.ts';

/** A statement of SQL in a block: its text, and where it stands in the document in UTF-16 units. */
export interface GuideStatement {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

const SQL = /^(?:sql|postgres\w*|pgsql|plpgsql|psql)$/u;
/** Blocks of another language hold statements beside other lines: those in capitals are taken for such. */
const AMONG_OTHERS =
  /^\s*(?:SELECT\b|WITH\s+\w+\s+AS\b|INSERT\s+INTO\b|UPDATE\s+\S+\s+SET\b|DELETE\s+FROM\b|TRUNCATE\b|EXPLAIN\b)/u;
/** One of psql before it. */
const PROMPT = /^[\w.-]*[=-][#>]\s/u;
/** Commands of psql itself. */
const OF_PSQL = /^\s*\\[a-z!?]/iu;
const QUOTES = /"""|'''/u;

/** All statements of a block, each without the semicolon and the comments around it. */
export function statementsIn(block: FencedBlock): readonly GuideStatement[] {
  return pieces(block).flatMap((lines) => split(lines));
}

type Lines = FencedBlock['lines'];

/** Runs of lines that are SQL. */
function pieces({ language, lines }: FencedBlock): Lines[] {
  const own = lines.map((line) => withoutPrompt(line));
  const first = own.find(({ text }) => text.trim() !== '' && !text.trimStart().startsWith('--'));
  if (SQL.test(language) || (language === '' && first !== undefined && AMONG_OTHERS.test(first.text)))
    return [own.filter(({ text }) => !OF_PSQL.test(text))];
  const found: Lines[] = [];
  let current: Lines[number][] | undefined;
  for (const line of own) {
    if (current === undefined && AMONG_OTHERS.test(line.text)) found.push((current = []));
    if (current === undefined) continue;
    const end = line.text.search(QUOTES);
    if (line.text.trim() !== '' && end !== 0)
      current.push(end === -1 ? line : { ...line, text: line.text.slice(0, end) });
    if (line.text.trim() === '' || end !== -1 || /;\s*$/u.test(line.text)) current = undefined;
  }
  return found;
}

function withoutPrompt(line: Lines[number]): Lines[number] {
  const prompt = PROMPT.exec(line.text)?.[0].length ?? 0;
  return prompt === 0 ? line : { text: line.text.slice(prompt), from: line.from + prompt };
}

/** What a semicolon does not end: comments, strings, names in quotes, dollar quotes. */
const WHOLE =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|(\$[A-Za-z_]?\w*\$)[\s\S]*?(?:\1|$)|;/gu;
const AROUND = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))+|(?:\s|\/\*(?:(?!\*\/)[\s\S])*\*\/)+$/gu;

function split(lines: Lines): GuideStatement[] {
  const text = lines.map((line) => line.text).join('\n');
  const ends = [...text.matchAll(WHOLE)].filter(([sign]) => sign === ';').map(({ index }) => index);
  const starts = [0, ...ends.map((end) => end + 1)];
  return starts.flatMap((start, i): GuideStatement[] => {
    const whole = text.slice(start, ends[i] ?? text.length);
    const own = whole.replace(AROUND, '').replace(/\n\s*--[^\n]*$/u, '');
    if (own === '') return [];
    const from = start + whole.indexOf(own);
    return [{ text: own, from: offsetInDocument(lines, from), to: offsetInDocument(lines, from + own.length) }];
  });
}

/** Where an offset in the joined lines stands in the document. */
export function offsetInDocument(lines: Lines, offset: number): number {
  let left = offset;
  for (const { text, from } of lines) {
    if (left <= text.length) return from + left;
    left -= text.length + 1;
  }
  const last = lines.at(-1);
  return last === undefined ? 0 : last.from + last.text.length;
}
