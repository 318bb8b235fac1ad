import type { Cause } from '../cause.ts';
import { OWNER_CAUSES } from './connections/ownerCauses.ts';
import { REUSE_CAUSES } from './connections/reuseCauses.ts';
import { STATE_CAUSES } from './connections/stateCauses.ts';

/** Why connections run out. */
export const CONNECTION_CAUSES: readonly Cause[] = [...STATE_CAUSES, ...REUSE_CAUSES, ...OWNER_CAUSES];
