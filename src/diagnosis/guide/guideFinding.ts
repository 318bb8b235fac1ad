import type { GuideBlock } from './guideBlocks.ts';
import type { GuideFacts } from './guideFacts.ts';

/** What of a guide no longer holds, at its place in the document, in UTF-16 units. */
export interface GuideFinding {
  readonly code: GuideCheckCode;
  /** A sentence or two, for a person. */
  readonly message: string;
  readonly from: number;
  readonly to: number;
}

export type GuideCheckCode =
  | 'guide-service-missing'
  | 'guide-option-missing'
  | 'guide-wrong-hour'
  | 'guide-log-words'
  | 'guide-middleware-missing';

/** One thing that a guide can say wrongly. It finds only what is certain: what the project leaves open is not told. */
export interface GuideCheck {
  readonly code: GuideCheckCode;
  /** What it looks for, for README. */
  readonly what: string;
  find(this: void, block: GuideBlock, facts: GuideFacts): readonly Omit<GuideFinding, 'code'>[];
}
