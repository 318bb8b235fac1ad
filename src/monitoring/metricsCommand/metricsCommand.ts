import type { Problem } from '../../common/problem.ts';

/** A command that prints what `manage.py session_metrics --format json` prints, where the database can't be reached from here. */
export interface MetricsCommand {
  /** A program and its arguments; no shell. */
  readonly words: readonly string[];
  /** Where it is run. */
  readonly cwd?: string;
  /** Why it is not run; undefined: it may be. Asked before each run. */
  readonly refusal: () => Problem | undefined;
}

/** A process each time, perhaps through ssh or an API server: not more often than this, whatever the settings say. */
export const COMMAND_INTERVAL_SECONDS = 30;

/** Options of Django's own that a command keeps when it becomes another. */
const SETTINGS_OPTION = /^--(?:settings|pythonpath)(?:=|$)/;

/**
 * The same way to `manage.py clearsessions`; undefined where the words don't end in `manage.py session_metrics …`, so that
 * nothing is run that was only guessed.
 */
export function clearsessionsBy(words: readonly string[]): readonly string[] | undefined {
  const at = words.lastIndexOf('session_metrics');
  if (at < 1 || !/(?:^|[\\/])manage\.py$/.test(words[at - 1] ?? '')) return undefined;
  const options = words.slice(at + 1);
  const kept = options.flatMap((word, i) => {
    if (!SETTINGS_OPTION.test(word)) return [];
    return word.includes('=') ? [word] : [word, ...options.slice(i + 1, i + 2)];
  });
  return [...words.slice(0, at), 'clearsessions', ...kept];
}
