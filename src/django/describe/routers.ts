import type { EvaluatedSettings } from '../project/projectReading.ts';
import { settingsFiles } from '../project/settingsModule.ts';

/** DATABASE_ROUTERS read as text: where simple ones send the models of one app. Nothing is run. */

export interface Routed {
  /** undefined: none sends it anywhere. */
  readonly alias?: string;
  /** What was not understood, each a sentence. */
  readonly notes: readonly string[];
}

/** The first router that gives an alias wins, as in Django; writes are asked for, because sessions are written. */
export function routedAlias({ it, frame }: EvaluatedSettings, app: string): Routed {
  const value = frame?.names.get('DATABASE_ROUTERS');
  if (value === undefined) return { notes: [] };
  if (value.t !== 'list' && value.t !== 'tuple') return { notes: ['DATABASE_ROUTERS is not known.'] };
  for (const item of value.items) {
    if (item.t !== 'str') return { notes: ['DATABASE_ROUTERS is not known.'] };
    const dot = item.v.lastIndexOf('.');
    const [module, name] = [item.v.slice(0, dot), item.v.slice(dot + 1)];
    const file = it.files.firstOf(settingsFiles(it, module));
    const text = file === undefined ? undefined : it.files.text(file);
    // Of packages that are installed: django_tenants' router, for one, only decides about migrations.
    if (text === undefined) continue;
    const answer = aliasFrom(text, name, app);
    if (answer === undefined)
      return {
        notes: [
          `The database router ${item.v} is not understood: whether it sends the sessions to another database is not known.`,
        ],
      };
    if (answer !== NONE) return { alias: answer, notes: [] };
  }
  return { notes: [] };
}

const NONE = Symbol('none');

/** undefined: not understood. */
function aliasFrom(text: string, name: string, app: string): string | typeof NONE | undefined {
  const body = block(text, new RegExp(`^class\\s+${name}\\b`));
  if (body === undefined) return undefined;
  const method = block(body, /^\s+def\s+db_for_write\b/) ?? block(body, /^\s+def\s+db_for_read\b/);
  if (method === undefined)
    return /^\s+db_for_write\s*=|^class\s+\w+\s*\((?!\s*(?:object)?\s*\))/m.test(body) ? undefined : NONE;
  const lines = method.split('\n').slice(1);
  const names = `${body}\n${text}`;
  /** Indentation of a branch that isn't taken. */
  let skipped: number | undefined;
  let taken: number | undefined;
  for (const line of withoutDocstring(lines)) {
    const code = line.replace(/\s+#.*$/, '').trim();
    if (code === '' || code.startsWith('#')) continue;
    const indent = line.length - line.trimStart().length;
    if (skipped !== undefined && indent > skipped) continue;
    if (/^(?:else:|elif\b)/.test(code) && taken !== undefined && indent === taken) {
      skipped = indent;
      continue;
    }
    skipped = undefined;
    const [, condition, rest = ''] = /^(?:el)?if\s+(.+?):(\s*return\s.*)?$/.exec(code) ?? [];
    const holds = condition === undefined ? undefined : isTrue(condition, app, names);
    if (condition !== undefined) {
      if (holds === undefined) return undefined;
      if (rest.trim() !== '') {
        if (holds) return returned(rest.trim(), names);
      } else if (holds) taken = indent;
      else skipped = indent;
    } else if (/^return\b/.test(code)) return returned(code, names);
    else if (!/^else:$/.test(code)) return undefined;
  }
  return NONE;
}

function returned(code: string, names: string): string | typeof NONE | undefined {
  const value = code.replace(/^return\s*/, '');
  if (value === '' || value === 'None') return NONE;
  const literal = /^(["'])([\w-]+)\1$/.exec(value)?.[2];
  if (literal !== undefined) return literal;
  const name = /^(?:self\.|cls\.)?(\w+)$/.exec(value)?.[1];
  return name === undefined ? undefined : new RegExp(`^\\s*${name}\\s*=\\s*(["'])([\\w-]+)\\1`, 'm').exec(names)?.[2];
}

const LABEL = /^(?:model\._meta\.)?(?:app_label|label_lower)$/;

/** Comparisons of the app's label with texts and collections of texts; undefined: anything else. */
function isTrue(condition: string, app: string, names: string): boolean | undefined {
  const [, left = '', operator = '', right = ''] =
    /^\(?([\w.]+)\s*(==|!=|not in|in)\s*(.+?)\)?$/.exec(condition.trim()) ?? [];
  if (!LABEL.test(left)) return undefined;
  const listed = textsIn(right, names);
  if (listed === undefined) return undefined;
  const among = listed.includes(app);
  return operator === '==' || operator === 'in' ? among : !among;
}

function textsIn(expression: string, names: string): string[] | undefined {
  const literals = (text: string): string[] => [...text.matchAll(/(["'])([\w.-]+)\1/g)].map((match) => match[2] ?? '');
  if (/^["'([{]/.test(expression)) return literals(expression);
  const name = /^(?:self\.|cls\.)?(\w+)$/.exec(expression)?.[1];
  if (name === undefined) return undefined;
  const found = new RegExp(`^\\s*${name}\\s*=\\s*(["'][^\\n]*|[([{][^\\])}]*[\\])}])`, 'm').exec(names);
  return found === null ? undefined : literals(found[1] ?? '');
}

/** A class or function with all that is indented under it. */
function block(text: string, head: RegExp): string | undefined {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const start = lines.findIndex((line) => head.test(line));
  if (start === -1) return undefined;
  const indentOf = (line: string): number => line.length - line.trimStart().length;
  const outer = indentOf(lines[start] ?? '');
  const length = lines.slice(start + 1).findIndex((line) => line.trim() !== '' && indentOf(line) <= outer);
  return lines.slice(start, length === -1 ? undefined : start + 1 + length).join('\n');
}

function withoutDocstring(lines: readonly string[]): string[] {
  return lines
    .join('\n')
    .replace(/^\s*("""|''')[^]*?\1/, '')
    .split('\n');
}
