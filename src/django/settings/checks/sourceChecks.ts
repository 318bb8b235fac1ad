import { isEntry } from '../middleware/items.ts';
import type { SettingsModel } from '../model/settingsModel.ts';
import type { SettingsCheck } from './checks.ts';
import type { TextRange } from '../text/edits.ts';

/** Checks that need the source of middleware: the throttle's is shown there, those of others at their entry in MIDDLEWARE. */
const ROWS = [
  {
    code: 'throttle-makes-sessions-for-everyone',
    title:
      'The throttle sets an entry in sessions that hold nothing: every visitor without a cookie gets a row, robots too.',
    severity: 'warning',
  },
  {
    code: 'middleware-saves-every-request',
    title: 'A middleware saves the session at each request, whether anything has changed or not.',
    severity: 'warning',
  },
] as const satisfies readonly Pick<SettingsCheck, 'code' | 'title' | 'severity'>[];

export type SourceCheckCode = (typeof ROWS)[number]['code'];

export const SOURCE_CHECKS: readonly (Pick<SettingsCheck, 'title' | 'severity'> & {
  readonly code: SourceCheckCode;
})[] = ROWS;

/** A middleware in whose source something saves the session at each request. */
export interface Saver {
  /** Dotted path, as in MIDDLEWARE. */
  readonly path: string;
  /** What does it: 'request.session.set_expiry(300)'. */
  readonly code: string;
  /** 1-based. */
  readonly line: number;
}

interface SaverProblem extends TextRange, Pick<SettingsCheck, 'severity'> {
  readonly code: SourceCheckCode;
  readonly message: string;
}

/** The entries of these in MIDDLEWARE. */
export function saverProblems(model: SettingsModel, savers: readonly Saver[]): SaverProblem[] {
  const [, { code, severity }] = ROWS;
  return model.items.filter(isEntry).flatMap((entry): SaverProblem[] => {
    const saver = savers.find(({ path }) => path === entry.path);
    if (saver === undefined) return [];
    const name = entry.path.slice(entry.path.lastIndexOf('.') + 1);
    const message =
      `${name} saves the session at each request: line ${saver.line} of its source, ${saver.code}, asks for nothing before. ` +
      'Let it do so only when something has changed, or some time has passed.';
    return [{ code, severity, message, from: entry.node.from, to: entry.node.to }];
  });
}
