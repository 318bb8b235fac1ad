import {
  NO_TABLE,
  type ServiceSetup,
  type ServiceState,
} from '../../../../src/monitoring/cleanupService/serviceState.ts';
import type { CleanupCandidate } from '../../../../src/services/cleanupService/findCleanupService.ts';
import type { CleanupReading } from '../../../../src/services/cleanupService/reading.ts';
import type { CleanupService } from '../../../../src/services/cleanupService/reading.ts';
import { triangulate } from '../../../../src/services/cleanupService/triangulate.ts';
import { reading, run } from '../../services/support.ts';

export const CANDIDATE: CleanupCandidate = {
  composeFile: '/w/docker-compose.yml',
  service: 'session-cleanup',
  project: 'shop',
  containerName: 'shop_session_cleanup',
  from: 10,
  to: 25,
  why: 'command',
  shell: 'python manage.py clearsessions',
  findings: [],
};

/** A service that answers with what it is given. */
export function serviceOf(read: CleanupService['read'], more: Partial<CleanupService> = {}): CleanupService {
  return { read, canRestart: true, restart: () => Promise.reject(new Error('not here')), ...more };
}

export function setupOf(more: Partial<ServiceSetup> = {}): ServiceSetup {
  const service = serviceOf(() => Promise.resolve(reading([run(3)])));
  return {
    key: 'one',
    service,
    candidate: CANDIDATE,
    candidates: [CANDIDATE],
    schedules: [],
    problems: [],
    pollSeconds: 60,
    restartCommand: [],
    ...more,
  };
}

/** A state as the watch makes it of a reading. */
export function stateOf(read: CleanupReading, more: Partial<ServiceState> = {}): ServiceState {
  const table = more.table ?? NO_TABLE;
  const status = triangulate({ now: read.at, reading: read, ...table });
  return { setup: setupOf(), reading: read, status, table, ...more };
}
