/** The throttle of a project whose settings may be split over many files: which file decides, and its rollback over all of them. */

export { describeThrottle, type DecidedSetting, type ProjectThrottle } from './describeThrottle.ts';
export { settingsFilesOf, type OtherSettings } from './otherSettings.ts';
export {
  planProjectRollback,
  type FileEdits,
  type ProjectRollbackOptions,
  type ProjectRollbackPlan,
} from '../rollback/projectRollback.ts';
export type { SettingsPlace, ThrottleCandidate } from './throttlePlaces.ts';
