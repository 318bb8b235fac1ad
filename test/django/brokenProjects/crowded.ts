import type { BrokenCase } from './brokenCase.ts';

/** Threads that use the database as Django's do, and what they do then; their database may have eighteen connections. */
const threads = (count: number, then: string): string => `
import threading
from django.contrib.sessions.models import Session
from django.db import close_old_connections, transaction
sql(f'ALTER DATABASE "{settings.DATABASES["default"]["NAME"]}" CONNECTION LIMIT 18')
people = members(4)
for person in people:
    person.work()
done = threading.Barrier(${count} + 1)
def serve():
${then}
for _ in range(${count}):
    threading.Thread(target=serve, daemon=True).start()
done.wait()
`;

const IDLE = threads(
  12,
  `    Session.objects.exists()
    close_old_connections()
    done.wait()
    time.sleep(600)`,
);

export const CROWDED: readonly BrokenCase[] = [
  {
    symptom: 'connections',
    causes: ['persistent-connections'],
    broken: 'CONN_MAX_AGE = None and 6 workers of 2 threads',
    quick: true,
    project: { files: { 'gunicorn.conf.py': 'workers = 6\nthreads = 2\n' }, traffic: IDLE },
  },
  {
    symptom: 'connections',
    causes: ['connection-leak'],
    broken: 'threads beside the requests open connections, and nobody closes them',
    project: {
      settings: 'DATABASES["default"]["CONN_MAX_AGE"] = 0',
      traffic: `${threads(
        12,
        `    Session.objects.exists()
    done.wait()
    time.sleep(600)`,
      )}time.sleep(5.5)\n`,
    },
  },
  {
    symptom: 'connections',
    causes: ['idle-in-transaction'],
    broken: 'a view calls another service within atomic()',
    project: {
      traffic: `${threads(
        12,
        `    with transaction.atomic():
        Session.objects.exists()
        done.wait()
        time.sleep(600)`,
      )}time.sleep(5.5)\n`,
    },
  },
];
