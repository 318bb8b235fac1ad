import { FUNCTIONS, judgeNames, type Judged, type NamedTable } from '../explain/names.ts';
import { firstWord } from '../explain/problems.ts';
import { tokensOf, type Token } from '../explain/tokens.ts';
import { quoted } from '../table/tableName.ts';

/** What a statement of somebody's is, before the server is asked. */
export type JudgedQuery =
  | {
      /** 'rows': it gives a table of rows. 'plan': EXPLAIN. 'write': for the server to refuse. */
      readonly kind: 'rows' | 'plan' | 'write';
      /** With what it names in full. */
      readonly text: string;
      /** What was put in the place of what the text leaves open, each a sentence. */
      readonly notes: readonly string[];
    }
  | {
      /** Half a sentence after "It". 'utility': no query at all. 'foreign': it could run code that is not PostgreSQL's. */
      readonly kind: 'utility' | 'foreign';
      readonly why: string;
    };

export interface QueryNames {
  readonly table: NamedTable;
  /** Where pg_stat_statements is installed. */
  readonly statements?: NamedTable;
  readonly database: string;
}

const QUERIES = new Set(['SELECT', 'WITH', 'VALUES', 'TABLE']);
const WRITES = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);
const EXPLAIN = /^\s*explain(?=[\s(])\s*(?:\(([\w\s,]*)\)|((?:analyze|verbose)\s+)*)\s*/iu;

/** Of those that planning may call all but the one that waits, and what tells sizes and places. None of them changes anything. */
const MAY_RUN: ReadonlySet<string> = new Set([
  ...[...FUNCTIONS].filter((name) => name !== 'pg_sleep'),
  ...(
    'abs array_length bit_length cardinality corr current_database current_setting exp every first_value format_type lag last_value ' +
    'lead ln log mode ntile obj_description percent_rank percentile_cont percentile_disc pg_database_size pg_get_indexdef ' +
    'pg_indexes_size pg_is_in_recovery pg_postmaster_start_time pg_relation_size pg_size_pretty pg_table_size ' +
    'pg_total_relation_size power sign sqrt stddev to_number variance version width_bucket'
  ).split(' '),
]);
/** Whose argument is the name of a relation in a string. */
const BY_NAME = new Set(['pg_relation_size', 'pg_total_relation_size', 'pg_indexes_size', 'pg_table_size']);
/** What documents write where the name of the reader's own database belongs. */
const PLACEHOLDER =
  /^(?:<.*>|\[.*\]|(?:your|my)[_-]?(?:app|project|django)?[_-]?(?:database|db)(?:[_-]?name)?|(?:database|db)[_-]?name)$/iu;

/**
 * As strict with the names in it as `judgeNames`, whose reasons hold for running it as well. A statement that writes may do so to the
 * session table alone: the server is to refuse it, and not a rule that somebody has made of something else.
 */
export function judgeQuery(statement: string, { table, statements, database }: QueryNames): JudgedQuery {
  const explain = EXPLAIN.exec(statement)?.[0] ?? '';
  const query = statement.slice(explain.length);
  const word = firstWord(query);
  if (!QUERIES.has(word) && !WRITES.has(word))
    return { kind: 'utility', why: `${word === '' ? 'it' : word} is no query` };
  const tokens = tokensOf(query);
  const target = tokens?.find((token, i) => isTarget(token, tokens, i) && !isTable(tokens, i + 1, table));
  if (tokens !== undefined && target !== undefined)
    return { kind: 'foreign', why: 'It writes to something else than the session table.' };
  const filled = fill(query, tokens ?? [], table, database);
  const tables = statements === undefined ? [table] : [table, statements];
  const judged: Judged = judgeNames(filled.text, { tables, functions: MAY_RUN, catalog: true });
  if ('refused' in judged) return { kind: 'foreign', why: judged.refused };
  const writes = tokens?.some((token, i) => isTarget(token, tokens, i)) === true;
  const kind = explain !== '' ? 'plan' : writes ? 'write' : 'rows';
  return { kind, text: explain + judged.text, notes: filled.notes };
}

/** What is written to follows: INSERT INTO, UPDATE, DELETE FROM, MERGE INTO, SELECT … INTO; not FOR UPDATE, DO UPDATE, THEN DELETE. */
function isTarget(token: Token, tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  if (isWord(token, 'into')) return true;
  if (isWord(token, 'update')) return !isWord(before, 'for', 'key', 'do', 'then');
  return isWord(token, 'from') && isWord(before, 'delete');
}

function isTable(tokens: readonly Token[], at: number, { schema, name }: NamedTable): boolean {
  const start = isWord(tokens[at], 'only', 'table') ? at + 1 : at;
  const [first, dot, second] = [tokens[start], tokens[start + 1], tokens[start + 2]];
  return first?.text === name || (first?.text === schema && dot?.text === '.' && second?.text === name);
}

/** Names in strings, which nothing finds where only pg_catalog is looked into; and the reader's database for a placeholder of it. */
function fill(
  query: string,
  tokens: readonly Token[],
  table: NamedTable,
  database: string,
): { text: string; notes: string[] } {
  const notes: string[] = [];
  const edits = tokens.flatMap((token, i): { token: Token; text: string }[] => {
    if (token.kind !== 'string') return [];
    const value = token.text.slice(1, -1);
    const named = value === table.name || value === `${table.schema}.${table.name}`;
    const isCast = tokens[i + 1]?.text === ':' && isWord(tokens[i + 3], 'regclass');
    const isArgument = tokens[i - 1]?.text === '(' && BY_NAME.has(tokens[i - 2]?.text ?? '');
    if (named && (isCast || isArgument)) return [{ token, text: literal(quoted(table)) }];
    const compared = tokens[i - 1]?.text === '=' && isWord(tokens[i - 2], 'datname');
    if (!compared || !PLACEHOLDER.test(value)) return [];
    notes.push(`“${value}” stands for the name of the database: it was run with ${database}.`);
    return [{ token, text: literal(database) }];
  });
  const text = edits.reduceRight(
    (all, { token, text: put }) => all.slice(0, token.from) + put + all.slice(token.to),
    query,
  );
  return { text, notes };
}

/** Where it has a backslash, what reads it afterwards is not sure of it and refuses it. */
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

function isWord(token: Token | undefined, ...words: readonly string[]): boolean {
  return token?.kind === 'word' && words.includes(token.text);
}
