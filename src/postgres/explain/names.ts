import { quoted } from '../table/tableName.ts';
import { tokensOf, type Token } from './tokens.ts';

/** The statement with the session table named in full; or why it is not to be planned, one sentence. */
export type Judged = { readonly text: string } | { readonly refused: string };

/** A relation by its place; where the schema is empty nobody knows it. */
export interface NamedTable {
  readonly schema: string;
  readonly name: string;
}

/** What a statement may name beside PostgreSQL's own. */
export interface AllowedNames {
  /** They may be named without their schema. */
  readonly tables: readonly NamedTable[];
  /** Functions that may be called, of PostgreSQL's own. Default: those that run no statement and read no table. */
  readonly functions?: ReadonlySet<string>;
  /** Relations may be named as pg_catalog's, where nobody but PostgreSQL makes any. */
  readonly catalog?: true;
}

/**
 * Planning a statement runs code: the planner asks IMMUTABLE and STABLE functions for their value, reads constants by the input
 * functions of their types, and puts in what views, rules and operators stand for. So a statement may name what is PostgreSQL's own
 * and the session table, and nothing else. It is planned with nothing but pg_catalog in search_path: a name alone is then
 * PostgreSQL's or nobody's. What is left to judge are names with a schema where they could mean a relation, a function or a type,
 * and those of PostgreSQL's own functions that run statements (table_to_xml): only functions that are known here may be called.
 *
 * Read by tokens, stricter than the grammar: where a relation could stand, a name with a schema is the session table's or is refused.
 * Elsewhere a.b is a column and can be nothing else, unless a parenthesis (a function) or a string (a type) follows, or :: or AS is before.
 *
 * @see https://www.postgresql.org/docs/current/xfunc-volatility.html
 * @see https://github.com/postgres/postgres/blob/master/src/backend/optimizer/util/clauses.c eval_const_expressions, estimate_expression_value
 */
export function judgeNames(statement: string, allowed: AllowedNames): Judged {
  const { tables, functions = FUNCTIONS } = allowed;
  const tokens = tokensOf(statement);
  if (tokens === undefined)
    return { refused: 'It holds what can’t be read with certainty, such as a string of a special kind.' };
  const places: Place[] = [{ relations: true, afterOn: false, call: false }];
  const edits: { readonly token: Token; readonly name: string }[] = [];
  for (let at = 0; at < tokens.length;) {
    const place = places.at(-1);
    const name = nameAt(tokens, at);
    if (place === undefined) return { refused: 'Its parentheses do not match.' };
    if (name === undefined) {
      if (isSymbol(tokens[at], '.')) return { refused: 'It takes a field out of a value.' };
      pass(places, place, tokens[at], tokens[at - 1], functions);
      at += 1;
      continue;
    }
    const refused = objection(name, place, allowed);
    if (refused !== undefined) return { refused };
    const table = tableOf(name, tables);
    if (table !== undefined && name.path.length === 1 && place.relations && isBeforeRelation(name.before))
      edits.push({ token: name.first, name: quoted(table) });
    follow(place, name.first);
    at = name.end;
  }
  return { text: withFullNames(statement, edits) };
}

/** Between two parentheses, or outside of all. */
interface Place {
  /** Relations could be named here. */
  relations: boolean;
  /** A comma leads back to the list of relations: FROM a JOIN b ON …, c */
  afterOn: boolean;
  /** Arguments of a function, where FROM names no relation: extract(day FROM …). */
  readonly call: boolean;
}

/** A name, or several with dots between them, of which `*` may be the last. */
interface Name {
  readonly path: readonly string[];
  readonly first: Token;
  readonly before: Token | undefined;
  readonly next: Token | undefined;
  /** Where the next token is. */
  readonly end: number;
}

function nameAt(tokens: readonly Token[], start: number): Name | undefined {
  const first = tokens[start];
  if (first?.kind !== 'word' && first?.kind !== 'quoted') return undefined;
  const path = [first.text];
  let end = start + 1;
  while (isSymbol(tokens[end], '.')) {
    const name = tokens[end + 1];
    if (name === undefined || !(name.kind === 'word' || name.kind === 'quoted' || isSymbol(name, '*'))) break;
    path.push(name.text);
    end += 2;
  }
  return { path, first, before: tokens[start - 1], next: tokens[end], end };
}

/** Why a name may not stand where it stands. */
function objection(name: Name, place: Place, allowed: AllowedNames): string | undefined {
  const { tables, functions = FUNCTIONS, catalog = false } = allowed;
  const { path, first, before, next } = name;
  const dotted = path.join('.');
  const ours = tableOf(name, tables) !== undefined;
  if (isSymbol(next, '(')) {
    // INSERT INTO django_session (session_key, …)
    const may = isWord(before, 'into')
      ? ours
      : path.length === 1 && first.kind === 'word' && mayOpen(dotted, functions);
    if (!may) return `It calls ${dotted}().`;
  }
  if (path.length === 1)
    return ours && isWord(before, 'as', 'with', 'recursive') ? `It calls something else ${dotted}.` : undefined;
  const isCatalog = catalog && path.length === 2 && path[0] === 'pg_catalog';
  if (place.relations) return ours || isCatalog ? undefined : `It names ${dotted}.`;
  const isType = isSymbol(before, ':') || isWord(before, 'as', 'collate') || next?.kind === 'string';
  return isType ? `It names ${dotted}.` : undefined;
}

const TO_RELATIONS = ['from', 'join', 'into', 'update', 'using', 'table', 'only', 'of'];
const TO_VALUES = ['select', 'where', 'on', 'set', 'by', 'returning', 'having', 'values', 'limit', 'offset', 'when'];

function follow(place: Place, word: Token): void {
  const toRelations = isWord(word, ...TO_RELATIONS);
  if (!toRelations && !isWord(word, ...TO_VALUES)) return;
  if (!(word.text === 'from' && place.call)) place.relations = toRelations;
  place.afterOn = word.text === 'on';
}

function pass(
  places: Place[],
  place: Place,
  token: Token | undefined,
  before: Token | undefined,
  functions: ReadonlySet<string>,
): void {
  const call = before?.kind === 'word' && functions.has(before.text);
  if (isSymbol(token, '(')) places.push({ relations: place.relations && !call, afterOn: false, call });
  if (isSymbol(token, ')')) places.pop();
  if (isSymbol(token, ',') && place.afterOn) Object.assign(place, { relations: true, afterOn: false });
}

function tableOf({ path }: Name, tables: readonly NamedTable[]): NamedTable | undefined {
  return tables.find(
    ({ schema, name }) => path.at(-1) === name && (path.length === 1 || (path.length === 2 && path[0] === schema)),
  );
}

/** FOR UPDATE OF takes the name alone. */
function isBeforeRelation(token: Token | undefined): boolean {
  return isSymbol(token, ',') || isSymbol(token, '(') || (isWord(token, ...TO_RELATIONS) && token?.text !== 'of');
}

function isSymbol(token: Token | undefined, text: string): boolean {
  return token?.kind === 'symbol' && token.text === text;
}

function isWord(token: Token | undefined, ...words: readonly string[]): boolean {
  return token?.kind === 'word' && words.includes(token.text);
}

function withFullNames(statement: string, edits: readonly { readonly token: Token; readonly name: string }[]): string {
  return edits.reduceRight(
    (text, { token, name }) => text.slice(0, token.from) + name + text.slice(token.to),
    statement,
  );
}

/** Words of the grammar that stand before a parenthesis. */
const GRAMMAR = new Set(
  (
    'all and any array as between by case conflict distinct else except exists filter from having ilike in intersect join ' +
    'lateral like limit materialized not offset on only or over returning row select set some then union using values when where'
  ).split(' '),
);

/** PostgreSQL's own functions, and types with a length, that run no statement and read no table. */
export const FUNCTIONS: ReadonlySet<string> = new Set(
  (
    'abs age array_agg avg bool_and bool_or btrim cast ceil ceiling char char_length character clock_timestamp coalesce ' +
    'concat convert_from count current_timestamp date_part date_trunc decimal decode dense_rank encode extract floor ' +
    'greatest interval least left length localtimestamp lower ltrim make_interval max md5 min mod now nullif numeric ' +
    'octet_length pg_column_size pg_sleep position random rank replace right round row_number rtrim split_part starts_with ' +
    'statement_timestamp string_agg strpos substr substring sum time timestamp timestamptz timezone to_char to_date ' +
    'to_timestamp transaction_timestamp trim trunc upper varchar'
  ).split(' '),
);

function mayOpen(word: string, functions: ReadonlySet<string>): boolean {
  return GRAMMAR.has(word) || functions.has(word);
}
