import type { Connection } from '../../monitoring/watch/connection.ts';
import { getSetting } from '../settings/settings.ts';

/** Never on a production database, unless a person has allowed it by a setting. */
export function mayDeleteAll({ production }: Connection): boolean {
  return !production || getSetting('cleanup.allowDeleteAllInProduction', 'window');
}
