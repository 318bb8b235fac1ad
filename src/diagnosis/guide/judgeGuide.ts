import type { GuideBlock } from './guideBlocks.ts';
import type { GuideFacts } from './guideFacts.ts';
import type { GuideCheck, GuideFinding } from './guideFinding.ts';
import { LOG_WORDS, WRONG_HOUR } from './meaningChecks.ts';
import { MIDDLEWARE_MISSING, OPTION_MISSING, SERVICE_MISSING } from './nameChecks.ts';

export const GUIDE_CHECKS: readonly GuideCheck[] = [
  SERVICE_MISSING,
  OPTION_MISSING,
  WRONG_HOUR,
  LOG_WORDS,
  MIDDLEWARE_MISSING,
];

/** All that no longer holds, in the order of the document. `without`: codes of checks that are switched off. */
export function judgeGuide(
  blocks: readonly GuideBlock[],
  facts: GuideFacts,
  without: ReadonlySet<string> = new Set(),
): readonly GuideFinding[] {
  const checks = GUIDE_CHECKS.filter(({ code }) => !without.has(code));
  return blocks
    .flatMap((block) => checks.flatMap(({ code, find }) => find(block, facts).map((found) => ({ ...found, code }))))
    .sort((one, other) => one.from - other.from);
}
