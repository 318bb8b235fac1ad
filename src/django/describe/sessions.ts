import type { DjangoProject } from '../project/project.ts';
import { DEFAULT_ENGINE } from '../project/sessions/sessionEngines.ts';

/** Where a project keeps its sessions. */
export interface SessionPlace {
  readonly engine: string;
  /** undefined: in none, or it isn't known. */
  readonly table?: string;
  /** Of DATABASES. */
  readonly alias: string;
}

/** From text alone: the engine, the table of its model, and the database that routers send that model to. */
export function sessionPlaceOf({ sessionEngine: engine = DEFAULT_ENGINE, sessions }: DjangoProject): SessionPlace {
  const { table, alias = 'default' } = sessions ?? {};
  return { engine, ...(table === undefined ? {} : { table }), alias };
}
