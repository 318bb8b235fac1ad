import { interpolate, type Variables } from './composeVariables.ts';

/** What a Dockerfile says of the environment and of what is run first. */
export interface ImageFacts {
  readonly environment: ReadonlyMap<string, { readonly value: string; readonly line: number }>;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** Sources and destination of each COPY and ADD. */
  readonly copies: readonly { readonly sources: readonly string[]; readonly to: string }[];
}

interface Stage {
  readonly name: string;
  readonly from: string;
  readonly instructions: { readonly keyword: string; readonly rest: string; readonly line: number }[];
}

/**
 * Of the stage that is built (the last one where none is named) and those that it is made from.
 * @see https://docs.docker.com/reference/dockerfile/
 */
export function readDockerfile(text: string, target?: string): ImageFacts {
  const stages = stagesOf(text);
  const environment = new Map<string, { value: string; line: number }>();
  const facts = {
    environment,
    entrypoint: [] as string[],
    command: [] as string[],
    copies: [] as ImageFacts['copies'][number][],
  };
  const last = stages.find(({ name }) => name !== '' && name === target) ?? stages.at(-1);
  for (const { instructions } of ancestry(stages, last)) {
    for (const { keyword, rest, line } of instructions) {
      const variables: Variables = Object.fromEntries([...environment].map(([name, { value }]) => [name, value]));
      if (keyword === 'ENV')
        for (const [name, value] of pairs(rest)) environment.set(name, { value: interpolate(value, variables), line });
      else if (keyword === 'ENTRYPOINT') facts.entrypoint = words(rest);
      else if (keyword === 'CMD') facts.command = words(rest);
      else if (keyword === 'COPY' || keyword === 'ADD') {
        const all = words(rest).filter((word) => !word.startsWith('--'));
        facts.copies.push({ sources: all.slice(0, -1), to: all.at(-1) ?? '' });
      }
    }
  }
  return facts;
}

function stagesOf(text: string): Stage[] {
  const stages: Stage[] = [];
  const lines = text.replace(/\r\n?/gu, '\n').split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = i + 1;
    let last = lines[i] ?? '';
    if (/^\s*#/u.test(last)) continue;
    const before: string[] = [];
    while (/\\\s*$/u.test(last) && i + 1 < lines.length) {
      const next = lines[++i] ?? '';
      before.push(last.replace(/\\\s*$/u, ' '));
      last = /^\s*#/u.test(next) ? '\\' : next;
    }
    const whole = before.join('') + last;
    const [, keyword = '', rest = ''] = /^\s*([A-Za-z]+)\s+(.*)$/su.exec(whole) ?? [];
    if (/^from$/iu.test(keyword)) {
      const [, from = '', name = ''] = /^(?:--\S+\s+)*(\S+)(?:\s+as\s+(\S+))?/iu.exec(rest) ?? [];
      stages.push({ name, from, instructions: [] });
    } else stages.at(-1)?.instructions.push({ keyword: keyword.toUpperCase(), rest: rest.trim(), line });
  }
  return stages;
}

function ancestry(stages: readonly Stage[], last: Stage | undefined): Stage[] {
  const found: Stage[] = [];
  for (let stage = last; stage !== undefined && !found.includes(stage);) {
    found.unshift(stage);
    const { from } = stage;
    stage = stages.find(({ name }) => name !== '' && name === from);
  }
  return found;
}

/** "A=1 B='two words'", and the older "A the rest of the line". */
function pairs(rest: string): [string, string][] {
  const older = /^([A-Za-z_]\w*)\s+([^=].*)$/su.exec(rest);
  if (older !== null) return [[older[1] ?? '', (older[2] ?? '').trim()]];
  return [...rest.matchAll(/([A-Za-z_]\w*)=("(?:\\.|[^"\\])*"|'[^']*'|(?:\\.|[^\s\\])*)/gsu)].map(
    ([, name = '', raw = '']) => [name, raw.replace(/^(["'])(.*)\1$/su, '$2')],
  );
}

/** The form of JSON, or a line of the shell. */
function words(rest: string): string[] {
  if (rest.startsWith('[')) {
    try {
      const parsed: unknown = JSON.parse(rest);
      if (Array.isArray(parsed)) return parsed.filter((word) => typeof word === 'string');
    } catch {
      // Not the form of JSON after all: docker takes it for a line of the shell.
    }
  }
  return rest.split(/\s+/u).filter((word) => word !== '');
}
