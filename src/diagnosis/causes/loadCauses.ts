import type { Cause } from '../cause.ts';
import { HELD_ROW_CAUSES } from './load/heldRowCauses.ts';
import { INDEX_CAUSES } from './load/indexCauses.ts';
import { SERVER_CAUSES } from './load/serverCauses.ts';
import { THROTTLE_CAUSES } from './load/throttleCauses.ts';
import { WRITER_CAUSES } from './load/writerCauses.ts';

/** Why the database has much to do for sessions. */
export const LOAD_CAUSES: readonly Cause[] = [
  ...THROTTLE_CAUSES,
  ...WRITER_CAUSES,
  ...INDEX_CAUSES,
  ...HELD_ROW_CAUSES,
  ...SERVER_CAUSES,
];
