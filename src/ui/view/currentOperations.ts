import type { Operations } from '../../presentation/operations/operationRows.ts';
import type { ApplicationWatch } from '../application/applicationWatch.ts';
import type { Cleanup } from '../cleanup/cleanup.ts';
import type { CleanupServiceUi } from '../cleanupService/cleanupServiceUi.ts';
import type { LazyInvestigations } from '../investigations/lazyInvestigations.ts';
import type { Rollback } from '../rollback/rollback.ts';
import type { Approvals } from '../settings/approvals.ts';
import type { SessionWriters } from '../writers/sessionWriters.ts';

export interface OperationParts {
  readonly rollback: Rollback;
  readonly cleanup: Cleanup;
  readonly cleanupService: CleanupServiceUi;
  readonly application: ApplicationWatch;
  readonly approvals: Approvals;
  readonly writers: SessionWriters;
  readonly investigations: LazyInvestigations;
}

/** What is being done about the sessions and what was done, as all screens draw it. */
export function currentOperations(parts: OperationParts): Operations {
  const { rollback, cleanup, cleanupService, application, approvals, writers, investigations } = parts;
  const throttle = rollback.watch.state;
  const service = cleanupService.state;
  const { found } = writers;
  return {
    rollbacks: rollback.history.records,
    cleanups: cleanup.state,
    application: application.state,
    wishes: approvals.waiting,
    ...investigations.additions(new Date()),
    ...(throttle === undefined ? {} : { throttle }),
    ...(found === undefined ? {} : { writers: found }),
    ...(service === undefined ? {} : { cleanupService: service }),
  };
}
