import type { Cause } from '../cause.ts';
import { BLOAT_CAUSES } from './growth/bloatCauses.ts';
import { CLEANUP_CAUSES } from './growth/cleanupCauses.ts';
import { ROW_CAUSES } from './growth/rowCauses.ts';

/** Why the session table grows. */
export const GROWTH_CAUSES: readonly Cause[] = [...CLEANUP_CAUSES, ...ROW_CAUSES, ...BLOAT_CAUSES];
