import type { Cause } from '../cause.ts';

/** Why connections run out. */
export const CONNECTION_CAUSES: readonly Cause[] = [];
