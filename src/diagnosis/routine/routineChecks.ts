import { DAILY_CHECKS } from './dailyChecks.ts';
import { MONTHLY_CHECKS } from './monthlyChecks.ts';
import type { RoutineCheck } from './routineCheck.ts';
import { WEEKLY_CHECKS } from './weeklyChecks.ts';

/** Every routine check once, as the chapter Monitoring Schedule of the guide has them. Adding one is adding a row to the file of its period. */
export const ROUTINE_CHECKS: readonly RoutineCheck[] = [...DAILY_CHECKS, ...WEEKLY_CHECKS, ...MONTHLY_CHECKS];
