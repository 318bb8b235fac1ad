import type { Cause } from '../cause.ts';

/** Why the database has much to do for sessions. */
export const LOAD_CAUSES: readonly Cause[] = [];
