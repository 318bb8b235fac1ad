import { formatNumber, formatPercent } from '../../common/format.ts';
import { isKnown, type Measured } from '../../common/measured.ts';
import type { ReadSetting } from '../../django/project/sessions/visitSettings.ts';
import { COMMANDS, type CodeArgument, type RowArgument } from '../../contributions.ts';
import type { CauseJudgement, Remedy } from '../cause.ts';
import type { SignLines } from '../evidence/logSigns.ts';
import type { Exhibit } from '../exhibit.ts';

/** What judging rows share. */

export const ruledOut = (sentence: string): CauseJudgement => ({ verdict: 'ruledOut', sentence });
export const unseen = (reason: string, next?: string): CauseJudgement => ({
  verdict: 'unseen',
  reason,
  ...(next === undefined ? {} : { next }),
});

/** "12 of 40 sessions (30%)" */
export function outOf(part: number, all: number, what: string): string {
  return `${formatNumber(part)} of ${formatNumber(all)} ${what} (${formatPercent(all === 0 ? 0 : part / all)})`;
}

export const figure = (text: string): Exhibit => ({ kind: 'figure', text });

/** A setting as an exhibit: its line, or that it is Django's default. */
export function settingExhibit(name: string, { value, why, place }: ReadSetting): Exhibit {
  const text = `${name} = ${why === undefined ? pythonOf(value) : `not known: ${why}`}`;
  return place === undefined ? figure(`${text} (Django’s default)`) : { kind: 'code', text, place };
}

function pythonOf(value: ReadSetting['value']): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'object') return `[${value.map((one) => `'${one}'`).join(', ')}]`;
  return typeof value === 'string' ? `'${value}'` : String(value);
}

export function logExhibits({ last }: SignLines): Exhibit[] {
  return last.map(({ text, source }) => ({ kind: 'log', text, source }));
}

/** The value of each, or why the first that isn't known is not. */
export function allKnown<T extends Readonly<Record<string, Measured>>>(
  measured: T,
): { readonly [K in keyof T]: number } | CauseJudgement {
  for (const one of Object.values(measured)) if (!isKnown(one)) return unseen(one.reason, one.next);
  return Object.fromEntries(Object.entries(measured).map(([name, one]) => [name, one.value])) as never;
}

export function isJudgement(value: object): value is CauseJudgement {
  return 'verdict' in value;
}

/** A part of a whole, 0 to 1. */
export function fraction(part: number, all: number): number {
  return all <= 0 ? 0 : Math.min(1, Math.max(0, part / all));
}

/** What makes the button of a remedy open a place; a place that isn't known makes none. */
export function openingCode(place: CodeArgument | undefined): Pick<Remedy, 'command' | 'arguments'> {
  if (place === undefined) return {};
  const { file, from, to } = place;
  return { command: COMMANDS.openCode, arguments: [{ file, from, to } satisfies CodeArgument] };
}

/** What makes the button of a remedy show who is connected, where a statement is cancelled and a connection terminated. */
export const showingConnections: Pick<Remedy, 'command' | 'arguments'> = {
  command: COMMANDS.showRow,
  arguments: [{ rowId: 'group/connections' } satisfies RowArgument],
};
