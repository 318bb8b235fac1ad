import { saidInAll } from '../../services/cleanupService/log/said.ts';
import { CLEARS, CLEARS_BY_NAME } from '../../services/cleanupService/log/words.ts';
import { commandsIn, djangoCommand, type GuideCommand } from './commands.ts';
import { fencedBlocks, type FencedBlock } from './fences.ts';
import { statementsIn, type GuideStatement } from './statements.ts';

/** A fenced block of a guide, and what of it can be run or judged. */
export interface GuideBlock extends FencedBlock {
  readonly content: string;
  /** The last line of text before it: what it is about. */
  readonly before: string;
  readonly statements: readonly GuideStatement[];
  readonly commands: readonly GuideCommand[];
  /** It asks Django's model of sessions. */
  readonly asksDjango: boolean;
  /** It shows lines of the log of a cleanup service, and nothing that is run. */
  readonly isLog: boolean;
}

const MODEL = /\bcontrib\.sessions\b|\bSession\.objects\b/u;
const LOG = /^(?:|text|txt|log|logs|console|output|plaintext|shell-session|shell|bash|sh)$/u;
/** A document without any of these is none, and is not read. */
const HINT = /session/iu;
/** Longer ones are left alone: nobody reads a block of them. */
const MOST_LINES = 500;
/** The first of them: a text that a program has made may have any number. */
const MOST_BLOCKS = 1_000;

/**
 * The blocks of a document on the sessions of a project: where one has SQL on the session table, a line that clears sessions, or asks
 * Django for them; else none, for it is another kind of document. `table`: name of the session table.
 */
export function guideBlocks(text: string, table: string): readonly GuideBlock[] {
  if (!HINT.test(text) && !text.includes(table)) return [];
  let before = { from: 0, text: '' };
  const blocks = fencedBlocks(text)
    .filter(({ lines }) => lines.length <= MOST_LINES)
    .slice(0, MOST_BLOCKS)
    .map((block): GuideBlock => {
      before = { from: block.from, text: lineBefore(text, block.from) };
      const content = block.lines.map((line) => line.text).join('\n');
      const statements = statementsIn(block);
      const commands = commandsIn(block);
      const asksDjango = MODEL.test(content);
      const isLog = statements.length + commands.length === 0 && !asksDjango && LOG.test(block.language);
      return {
        ...block,
        content,
        before: before.text,
        statements,
        commands,
        asksDjango,
        isLog: isLog && isOfCleanup(content),
      };
    });
  return blocks.some((block) => isOnSessions(block, table)) ? blocks : [];
}

function isOnSessions({ statements, commands, asksDjango }: GuideBlock, table: string): boolean {
  const named = new RegExp(String.raw`\b(?:django_session|${table.replace(/[^\w]/gu, String.raw`\$&`)})\b`, 'u');
  return (
    asksDjango ||
    statements.some(({ text }) => named.test(text)) ||
    commands.some((command) => djangoCommand(command)?.[0]?.text === 'clearsessions')
  );
}

function isOfCleanup(content: string): boolean {
  if (!CLEARS.test(content) && !CLEARS_BY_NAME.test(content) && !/sessions?/iu.test(content)) return false;
  return saidInAll(content.split('\n')).some((said) => said?.means !== undefined || said?.begins === true);
}

/** Lines of text that are looked at before a block: a blank one, and what is above it. */
const MOST_BEFORE = 3;

function lineBefore(text: string, at: number): string {
  let end = at;
  for (let i = 0; i < MOST_BEFORE && end > 0; i++) {
    const start = text.lastIndexOf('\n', end - 2) + 1;
    const line = text.slice(start, end).trim();
    if (line !== '') return line;
    end = start;
  }
  return '';
}
