import type { Operations } from '../../presentation/operations/operationRows.ts';
import type { ApplicationWatch } from '../application/applicationWatch.ts';
import type { Cleanup } from '../cleanup/cleanup.ts';
import type { CleanupServiceUi } from '../cleanupService/cleanupServiceUi.ts';
import type { Rollback } from '../rollback/rollback.ts';
import type { Approvals } from '../settings/approvals.ts';

export interface OperationParts {
  readonly rollback: Rollback;
  readonly cleanup: Cleanup;
  readonly cleanupService: CleanupServiceUi;
  readonly application: ApplicationWatch;
  readonly approvals: Approvals;
}

/** What is being done about the sessions and what was done, as all screens draw it. */
export function currentOperations(parts: OperationParts): Operations {
  const { rollback, cleanup, cleanupService, application, approvals } = parts;
  const throttle = rollback.watch.state;
  const service = cleanupService.state;
  return {
    rollbacks: rollback.history.records,
    cleanups: cleanup.state,
    application: application.state,
    wishes: approvals.waiting,
    ...(throttle === undefined ? {} : { throttle }),
    ...(service === undefined ? {} : { cleanupService: service }),
  };
}
