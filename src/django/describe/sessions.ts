import type { FileSystem } from '../../common/fileSystem.ts';
import type { DjangoProject } from '../project/project.ts';
import { DEFAULT_ENGINE } from '../project/sessions/sessionEngines.ts';
import { routedAlias } from './routers.ts';

/** Where a project keeps its sessions. */
export interface SessionPlace {
  readonly engine: string;
  /** undefined: in none, or it isn't known. */
  readonly table?: string;
  /** Of DATABASES. */
  readonly alias: string;
  /** What was not understood, each a sentence. */
  readonly notes: readonly string[];
}

/** From text alone: the engine, the table of its model, and the database that routers send that model to. */
export async function sessionPlaceOf(fs: FileSystem, project: DjangoProject): Promise<SessionPlace> {
  const { sessionEngine: engine = DEFAULT_ENGINE, sessions, reading } = project;
  const { table, model = '', alias: asked } = sessions ?? {};
  const place = { engine, ...(table === undefined ? {} : { table }) };
  if (table === undefined || asked !== undefined) return { ...place, alias: asked ?? 'default', notes: [] };
  const [app = ''] = model
    .replace(/\.models\..*$/, '')
    .split('.')
    .slice(-1);
  const routed = await reading?.read(fs, (evaluation) => routedAlias(evaluation, app));
  return { ...place, alias: routed?.alias ?? 'default', notes: routed?.notes ?? [] };
}
