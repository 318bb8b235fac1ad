import type { Cause } from '../cause.ts';
import { CONNECTION_CAUSES } from './connectionCauses.ts';
import { GROWTH_CAUSES } from './growthCauses.ts';
import { LOAD_CAUSES } from './loadCauses.ts';
import { LOCK_CAUSES } from './lockCauses.ts';
import { LOGGED_OUT_CAUSES } from './loggedOutCauses.ts';

/** Every cause that is known, one row each. */
export const CAUSES: readonly Cause[] = [
  ...LOAD_CAUSES,
  ...LOCK_CAUSES,
  ...GROWTH_CAUSES,
  ...LOGGED_OUT_CAUSES,
  ...CONNECTION_CAUSES,
];
