import { unknown, type Measured } from '../../common/measured.ts';
import { problemLine } from '../../common/problem.ts';
import type { Snapshot } from '../../monitoring/snapshot/snapshot.ts';
import type { App } from '../connection/app.ts';

/** A reading of now, as the screens show it. */
export async function newestSnapshot(app: App): Promise<Measured<Snapshot>> {
  await app.monitor.refresh();
  const { state } = app.monitor;
  const { snapshot } = state;
  const problem = 'problem' in state ? state.problem : undefined;
  if (problem !== undefined) return unknown(`The database can’t be read now: ${problemLine(problem)}`);
  if (snapshot === undefined) return unknown('Nothing was read yet.', 'Wait for the first reading.');
  return { how: 'exact', value: snapshot, at: snapshot.at };
}
