import type { Diagnosis, DiagnoseOptions } from '../../diagnosis/diagnose.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import { openToRead } from '../../monitoring/watch/openDatabase.ts';
import type { App } from '../connection/app.ts';
import type { InvestigationParts } from '../investigation.ts';
import { editorSiteSources } from './siteSources.ts';
import { newestSnapshot } from './newestSnapshot.ts';

/** Gathers and judges what this window can see of a connection. @throws what `signal` was aborted with */
export async function lookForCauses(
  parts: InvestigationParts,
  connection: Connection,
  options: DiagnoseOptions,
): Promise<Diagnosis> {
  const [{ diagnose }, { DatabaseSources }] = await Promise.all([
    import('../../diagnosis/diagnose.ts'),
    import('../../diagnosis/evidence/databaseSources.ts'),
  ]);
  const database = new DatabaseSources({
    open: (signal) => openToRead(connection, signal),
    table: connection.table,
    ...roleOf(parts.app),
    snapshot: () => newestSnapshot(parts.app),
  });
  try {
    return await diagnose({ ...database.sources, ...(await editorSiteSources(parts)) }, options);
  } finally {
    await database.close();
  }
}

/** The user of the site, where the settings name one. */
function roleOf({ project }: App): { readonly role?: string } {
  const alias = project?.sessions?.alias ?? 'default';
  const user = project?.databases.find((database) => database.alias === alias)?.user;
  return user === undefined || user === '' ? {} : { role: user };
}
