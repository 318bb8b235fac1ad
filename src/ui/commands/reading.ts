import { VIEWS } from '../../contributions.ts';
import { needsDatabase } from '../../monitoring/metricsCommand/commandProblems.ts';
import { showWarningMessage, withProgress } from '../common/messages.ts';
import type { App } from '../connection/app.ts';

/** Reads now; in a retry's waiting time it tries at once. Progress stands in the view, where the result will be. */
export async function refresh(app: App): Promise<void> {
  const { monitor } = app;
  await inView(() => monitor.refresh());
}

/** COUNT(*) over the table: what it costs grows with it, so it says so while it runs. */
export async function countExactly(app: App): Promise<void> {
  const { monitor } = app;
  if (app.watched.command !== undefined) throw needsDatabase();
  await inView(() => monitor.refresh({ exact: true }));
  const { state } = monitor;
  const failed = state.partial.find((p) => p.reading === 'exact');
  if (failed !== undefined) {
    void showWarningMessage(`${failed.problem.what}: ${failed.problem.why} ${failed.problem.next}`);
  }
}

function inView(work: () => Promise<void>): Thenable<void> {
  return withProgress({ location: { viewId: VIEWS.sessions } }, work);
}
