import { BACKEND_COMMANDS } from './commands/backends.ts';
import { BENCHMARK_COMMANDS } from './commands/benchmark.ts';
import { CLEANUP_COMMANDS } from './commands/cleanup.ts';
import { CLEANUP_SERVICE_COMMANDS } from './commands/cleanupService.ts';
import { CONNECTION_COMMANDS } from './commands/connection.ts';
import { DASHBOARD_COMMANDS } from './commands/dashboard.ts';
import { DATABASE_COMMANDS } from './commands/databases.ts';
import { DIAGNOSIS_COMMANDS } from './commands/diagnosis.ts';
import { IMPACT_COMMANDS } from './commands/impact.ts';
import { GUIDE_COMMANDS } from './commands/guide.ts';
import { INSPECT_COMMANDS } from './commands/inspect.ts';
import { MONITORING_COMMANDS } from './commands/monitoring.ts';
import { ROUTINE_COMMANDS } from './commands/routine.ts';
import { THROTTLE_COMMANDS } from './commands/throttle.ts';

/** Every command once, by the last part of its id. Adding one is adding its row to a file of commands/, and its handler. */
export const COMMAND_ROWS = {
  ...CONNECTION_COMMANDS,
  ...DATABASE_COMMANDS,
  ...MONITORING_COMMANDS,
  ...BACKEND_COMMANDS,
  ...CLEANUP_COMMANDS,
  ...CLEANUP_SERVICE_COMMANDS,
  ...INSPECT_COMMANDS,
  ...THROTTLE_COMMANDS,
  ...DASHBOARD_COMMANDS,
  ...ROUTINE_COMMANDS,
  ...DIAGNOSIS_COMMANDS,
  ...IMPACT_COMMANDS,
  ...GUIDE_COMMANDS,
  ...BENCHMARK_COMMANDS,
} as const;
