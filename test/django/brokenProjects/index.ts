import type { BrokenCase } from './brokenCase.ts';
import { CROWDED } from './crowded.ts';
import { GROWING } from './growing.ts';
import { HEALTHY } from './healthy.ts';
import { LOADED } from './loaded.ts';
import { LOGGED_OUT } from './loggedOut.ts';
import { TWO_CAUSES } from './twoCauses.ts';

export type { BrokenCase } from './brokenCase.ts';

/** Every project that is tried; adding one is one row in the file of its symptom. */
export const BROKEN_PROJECTS: readonly BrokenCase[] = [
  ...HEALTHY,
  ...LOADED,
  ...CROWDED,
  ...GROWING,
  ...LOGGED_OUT,
  ...TWO_CAUSES,
];
