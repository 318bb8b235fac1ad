import type { Cause } from '../cause.ts';

/** Why the session table grows. */
export const GROWTH_CAUSES: readonly Cause[] = [];
