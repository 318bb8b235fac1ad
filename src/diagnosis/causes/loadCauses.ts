import type { Cause } from '../cause.ts';
import { THROTTLE_CAUSES } from './load/throttleCauses.ts';

/** Why the database has much to do for sessions. */
export const LOAD_CAUSES: readonly Cause[] = [...THROTTLE_CAUSES];
