import type { FileSystem } from '../../common/fileSystem.ts';
import type { DatabaseSettings, DjangoProject } from '../project/project.ts';
import { isOnlyDefaults, originOfDatabase } from './origins.ts';
import { judgeProduction, type ProductionJudgement } from './production.ts';
import { reachabilityOf, type Reachability } from './reachable.ts';

/** What is to be known of a database before anything connects to it. */
export interface DatabaseFacts extends Reachability {
  /** Where its values were found. */
  readonly origin: string;
  readonly production: ProductionJudgement;
}

/** `inside`: this process runs in a container itself, where the names of other containers are known. */
export async function describeDatabase(
  fs: FileSystem,
  folder: string,
  project: DjangoProject,
  database: DatabaseSettings,
  inside = false,
): Promise<DatabaseFacts> {
  const isPostgres = database.kind === 'postgresql';
  const { reachable, ...found } = isPostgres ? await reachabilityOf(project, database) : { notes: [] };
  const origin = await originOfDatabase(fs, folder, database);
  const place = found.place === undefined ? {} : { place: found.place };
  const defaults =
    isPostgres && isOnlyDefaults(database)
      ? [`The connection is made only of a default of the settings: ${origin}.`]
      : [];
  return {
    ...place,
    notes: [...defaults, ...(inside ? [] : found.notes)],
    origin,
    production: judgeProduction({ project, database, ...place }),
    ...(reachable === undefined || inside ? {} : { reachable }),
  };
}
