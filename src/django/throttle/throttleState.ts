import type { DjangoProject } from '../project/project.ts';
import type { Saver } from '../settings/checks/sourceChecks.ts';
import type { ProjectThrottle } from './describeThrottle.ts';
import type { LikelyThrottle } from './likelyThrottle.ts';
import type { ThrottleClass } from './throttleClass.ts';

/** What is known of the throttle of the project that is watched, all its settings files together. */
export interface ThrottleState {
  readonly project: DjangoProject;
  readonly throttle: ProjectThrottle;
  /** Text of each settings file as the editor has it, saved or not. */
  readonly texts: ReadonlyMap<string, string>;
  /** Source of the middleware class; undefined: it is no file of the project. */
  readonly source?: ThrottleClass;
  /** Where no middleware of the name is listed: those that throttle by what they do. */
  readonly likely?: readonly LikelyThrottle[];
  /** Other middleware that saves the session at each request. */
  readonly savers?: readonly Saver[];
}
