import { composeUse, containerUse, djangoCommand, type GuideCommand } from './commands.ts';
import type { GuideBlock } from './guideBlocks.ts';
import type { GuideFacts } from './guideFacts.ts';

/** Figures of ours for what a block asks: ids of metrics, in the order in which it asks them. */
export type GuideFigure =
  | 'sessions.total'
  | 'sessions.active'
  | 'sessions.expired'
  | 'sessions.savedLastHour'
  | 'sessions.lastActivity'
  | 'table.total'
  | 'table.index'
  | 'table.deadTuples'
  | 'table.lastAutovacuum'
  | 'statements.count'
  | 'statements.meanTime'
  | 'connections.total'
  | 'connections.usedShare'
  | 'database.transactions'
  | 'database.cacheHitShare';

/** What of the extension does what the lines of a block do. */
export type GuideHelp = 'cleanupLog' | 'restartCleanup' | 'restartApplication' | 'clearExpired';

export interface GuideAnswers {
  readonly figures: readonly GuideFigure[];
  readonly helps: readonly GuideHelp[];
}

const NOW = String.raw`(?:now\(\)|current_timestamp|timezone\.now\(\)|now)`;

/** What asks for it in a statement, its spaces made one and in lower case; TABLE is the session table. */
const IN_SQL: readonly (readonly [RegExp, readonly GuideFigure[]])[] = [
  [
    /count\(\s*(?:\*|1|session_key)\s*\)(?!\s*filter\b)(?:(?!\bwhere\b).)*\bfrom TABLE\b(?!.*\bwhere\b)/u,
    ['sessions.total'],
  ],
  [new RegExp(String.raw`expire_date"? <=? ${NOW}(?! [-+])`, 'u'), ['sessions.expired']],
  [new RegExp(String.raw`expire_date"? >=? ${NOW}(?! [-+])`, 'u'), ['sessions.active']],
  [/pg_total_relation_size\(/u, ['table.total']],
  [/pg_indexes_size\(/u, ['table.index']],
  [/pg_stat_(?:user|all)_tables/u, ['table.deadTuples', 'table.lastAutovacuum']],
  [/pg_stat_statements/u, ['statements.count', 'statements.meanTime']],
  [/pg_stat_activity/u, ['connections.total', 'connections.usedShare']],
  [/pg_stat_database\b/u, ['database.transactions', 'database.cacheHitShare']],
];

/** The same of what asks Django. */
const IN_PYTHON: readonly (readonly [RegExp, readonly GuideFigure[]])[] = [
  [/Session\.objects(?:\.all\(\))?\.count\(\)/u, ['sessions.total']],
  [new RegExp(String.raw`expire_date__lte?\s*=\s*${NOW}\s*\)`, 'u'), ['sessions.expired']],
  [new RegExp(String.raw`filter\(\s*expire_date__gte?\s*=\s*${NOW}\s*\)`, 'u'), ['sessions.active']],
  [/\b(?:last|past)[ _](?:\d+[ _])?hours?\b/iu, ['sessions.savedLastHour']],
  [/get_decoded\(\)[\s\S]*\blast_activity\b/u, ['sessions.lastActivity']],
];

/** `table`: name of the session table. */
export function answersTo(block: GuideBlock, facts: GuideFacts | undefined, table: string): GuideAnswers {
  const name = new RegExp(
    String.raw`(?:"?\w+"?\.)?"?\b${table.replace(/[^\w]/gu, String.raw`\$&`).toLowerCase()}\b"?`,
    'gu',
  );
  const sql = block.statements.flatMap(({ text }) => {
    const plain = text
      .replace(/--[^\n]*/gu, ' ')
      .replace(/\s+/gu, ' ')
      .toLowerCase()
      .replace(name, 'TABLE');
    return IN_SQL.flatMap(([when, figures]) => (when.test(plain) ? figures : []));
  });
  const python = block.asksDjango
    ? IN_PYTHON.flatMap(([when, figures]) => (when.test(block.content) ? figures : []))
    : [];
  const helps = block.commands.flatMap((command) => helpFor(command, facts) ?? []);
  return {
    figures: [...new Set([...sql, ...python])],
    helps: [...new Set([...helps, ...(block.isLog ? (['cleanupLog'] as const) : [])])],
  };
}

function helpFor(command: GuideCommand, facts: GuideFacts | undefined): GuideHelp | undefined {
  if (djangoCommand(command)?.[0]?.text === 'clearsessions') return 'clearExpired';
  const [verb, names] = usesOf(command);
  const services = facts?.services ?? [];
  const isCleanup = names.some((name) => services.includes(name) || /session.?clean|clear.?sessions/iu.test(name));
  if (verb === 'logs') return isCleanup ? 'cleanupLog' : undefined;
  if (verb !== 'restart') return undefined;
  return isCleanup
    ? 'restartCleanup'
    : names.some((name) => /web|app|django|backend|gunicorn/iu.test(name))
      ? 'restartApplication'
      : undefined;
}

function usesOf(command: GuideCommand): readonly [verb: string, names: readonly string[]] {
  const compose = composeUse(command);
  if (compose !== undefined) return [compose.verb, compose.services.map(({ text }) => text)];
  const engine = containerUse(command);
  return engine === undefined ? ['', []] : [engine.verb, engine.containers.map(({ text }) => text)];
}
