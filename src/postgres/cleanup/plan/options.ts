import { Problem } from '../../../common/problem.ts';
import type { CleanupOptions } from './types.ts';

interface Limit {
  readonly option: 'graceSeconds' | 'targetBatchMs' | 'patienceMs';
  readonly least: number;
  readonly most: number;
}

const LIMITS: readonly Limit[] = [
  { option: 'graceSeconds', least: 0, most: 10 * 366 * 86_400 },
  { option: 'targetBatchMs', least: 1, most: 10_000 },
  { option: 'patienceMs', least: 0, most: 86_400_000 },
];

/** @throws Problem 'cleanup-option' */
export function checkOptions(options: CleanupOptions): void {
  for (const { option, least, most } of LIMITS) {
    const value = options[option];
    if (value === undefined || (Number.isFinite(value) && value >= least && value <= most)) continue;
    throw wrong(option, String(value), `a number from ${least} to ${most}`);
  }
  const { pace } = options;
  if (pace !== undefined && !PACES.has(pace)) throw wrong('pace', pace, 'gentle or fast');
}

const PACES: ReadonlySet<string> = new Set(['gentle', 'fast']);

function wrong(option: string, value: string, right: string): Problem {
  return new Problem({
    code: 'cleanup-option',
    what: 'Cannot clear sessions',
    why: `${option} is ${value}.`,
    next: `Set it to ${right}.`,
    transient: false,
  });
}
