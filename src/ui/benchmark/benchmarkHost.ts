import type { BenchmarkRun } from '../../benchmark/run/record.ts';
import type { Log } from '../../common/log.ts';
import type { App } from '../connection/app.ts';
import type { Rollback } from '../rollback/rollback.ts';
import type { ReportDocuments } from './reportDocuments.ts';

/** What running, comparing and importing need. */
export interface BenchmarkHost {
  readonly app: App;
  readonly rollback: Rollback;
  readonly log: Log;
  readonly documents: ReportDocuments;
  /** The bundle of the thread that makes the load. */
  readonly loadFile: string;
  /** Of the database that is watched, and what was imported; newest first. */
  readonly runs: readonly BenchmarkRun[];
  keep(run: BenchmarkRun): Promise<void>;
}
