import type { Cause } from '../cause.ts';

/** Why visitors are logged out. */
export const LOGGED_OUT_CAUSES: readonly Cause[] = [];
