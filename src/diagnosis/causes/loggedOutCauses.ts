import type { Cause } from '../cause.ts';
import { cacheCause } from './loggedOut/cacheCause.ts';
import { COOKIE_CAUSES } from './loggedOut/cookieCauses.ts';
import { DELETION_CAUSES } from './loggedOut/deletionCauses.ts';
import { EXPIRY_CAUSES } from './loggedOut/expiryCauses.ts';
import { KEY_CAUSES } from './loggedOut/keyCauses.ts';
import { LOG_CAUSES } from './loggedOut/logCauses.ts';

/** Why visitors are logged out. */
export const LOGGED_OUT_CAUSES: readonly Cause[] = [
  ...KEY_CAUSES,
  ...COOKIE_CAUSES,
  ...EXPIRY_CAUSES,
  ...DELETION_CAUSES,
  cacheCause,
  ...LOG_CAUSES,
];
