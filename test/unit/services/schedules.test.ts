import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findSchedules, mayHoldSchedule } from '../../../src/services/cleanupService/schedules.ts';
import { inMemory } from './support.ts';

/** Files as projects have them, and what of each runs clearsessions: how, its name, and when. */
const CASES: readonly (readonly [title: string, files: Readonly<Record<string, string>>, ...found: string[]])[] = [
  [
    'Celery beat in the settings',
    {
      'config/settings/base.py': `CELERY_BEAT_SCHEDULE = {
    "send-mails": {"task": "shop.tasks.send_mails", "schedule": 60.0},
    "clear-sessions": {
        "task": "shop.tasks.clear_sessions",
        "schedule": crontab(hour=3, minute=0),
    },
}`,
    },
    'Celery beat: shop.tasks.clear_sessions, crontab(hour=3, minute=0)',
  ],
  [
    'a task of any name, in another module',
    {
      'shop/tasks.py':
        "@shared_task\ndef nightly():\n    call_command('clearsessions')\n\n\n@shared_task\ndef mails():\n    pass\n",
      'config/celery.py':
        "app.conf.beat_schedule = {\n  'a': {'schedule': timedelta(hours=24), 'task': 'shop.tasks.nightly'},\n  'b': {'schedule': 60 * 5, 'task': 'shop.tasks.mails'},\n}\n",
    },
    'Celery beat: shop.tasks.nightly, timedelta(hours=24)',
  ],
  [
    'a task for any command, of which the arguments name one',
    {
      'src/conf/base.py': `CELERY_BEAT_SCHEDULE = {
    "clear-session-store": {
        "task": "shop.tasks.run_command",
        "schedule": crontab(minute=0, hour=0),
        "kwargs": {"command": "clearsessions"},
    },
    "mails": {"task": "shop.tasks.run_command", "schedule": 60, "kwargs": {"command": "mails"}},
}`,
    },
    'Celery beat: shop.tasks.run_command, crontab(minute=0, hour=0)',
  ],
  [
    'add_periodic_task',
    { 'config/celery.py': 'sender.add_periodic_task(crontab(hour=3), clear_expired_sessions.s(), name="x")' },
    'Celery beat: clear_expired_sessions, crontab(hour=3)',
  ],
  [
    'huey',
    { 'shop/tasks.py': "@huey.periodic_task(crontab(minute='0', hour='3'))\ndef clear_sessions():\n    pass\n" },
    "Python scheduler: clear_sessions, crontab(minute='0', hour='3')",
  ],
  [
    'APScheduler and uWSGI',
    {
      'shop/jobs.py':
        "@sched.scheduled_job('interval', hours=6)\ndef clearsessions():\n    pass\n\n\n@cron(30, 0, -1, -1, -1)\ndef nightly(num):\n    call_command('clearsessions')\n",
    },
    "Python scheduler: clearsessions, 'interval', hours=6",
    'Python scheduler: nightly, 30, 0, -1, -1, -1',
  ],
  [
    'django-crontab',
    {
      'config/settings.py':
        "CRONJOBS = [\n    ('0 3 * * *', 'django.core.management.call_command', ['clearsessions']),\n    ('*/5 * * * *', 'shop.cron.mails'),\n]\n",
    },
    'django-crontab: clearsessions, 0 3 * * *',
  ],
  [
    'crontabs',
    {
      'deploy/crontab':
        '# m h\n0 3 * * * cd /app && python manage.py clearsessions >> /var/log/c.log 2>&1\n5 * * * * /bin/true\n# 0 4 * * * manage.py clearsessions\n',
      'deploy/web.cron': '@daily root python manage.py clearsessions\n',
    },
    'cron: clearsessions, 0 3 * * *',
    'cron: clearsessions, @daily',
  ],
  [
    'a unit of systemd and its timer',
    {
      'deploy/shop-night.service': '[Service]\nType=oneshot\nExecStart=/srv/venv/bin/python manage.py clearsessions\n',
      'deploy/shop-night.timer': '[Timer]\nOnCalendar=*-*-* 03:00:00 UTC\n',
      'deploy/shop.service': '[Service]\nExecStart=/srv/venv/bin/gunicorn config.wsgi\n',
    },
    'systemd: shop-night, *-*-* 03:00:00 UTC',
  ],
  [
    'a CronJob of Kubernetes',
    {
      'k8s/jobs.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n---\napiVersion: batch/v1\nkind: CronJob\nmetadata:\n  labels: {a: b}\n  name: clear-sessions\nspec:\n  schedule: "7 0 * * *" # daily\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n            - name: c\n              command: ["python", "manage.py", "clearsessions"]\n',
    },
    'Kubernetes: clear-sessions, 7 0 * * *',
  ],
  [
    'none of them',
    {
      'config/settings.py':
        "SESSION_ENGINE = 'x'\nCELERY_BEAT_SCHEDULE = {'a': {'task': 'shop.tasks.mails', 'schedule': 60}}\n",
      'shop/views.py': 'request.session.flush()\n',
      'k8s/web.yaml': 'kind: Deployment\n',
    },
  ],
];

for (const [title, files, ...expected] of CASES) {
  test(`${title}: found at its place`, async () => {
    const texts = Object.fromEntries(Object.entries(files).map(([name, text]) => [`/w/${name}`, text]));
    const schedules = await findSchedules(inMemory(texts), '/w');
    assert.deepEqual(
      schedules.map(({ how, name, when }) => `${how}: ${name}, ${when ?? ''}`),
      expected,
    );
    for (const { file, from, to, name } of schedules) {
      const place = texts[file]?.slice(from, to) ?? '';
      assert.ok(/clear|nightly|CronJob|run_command/u.test(place), `${name}: ${place}`);
    }
  });
}

test('a change of what may hold a schedule starts a new look, that of any other module does not', () => {
  for (const [file, expected] of [
    ['/w/deploy/crontab', true],
    ['/w/shop/celery.py', true],
    ['/w/config/settings/base.py', true],
    ['/w/k8s/cronjob.yaml', true],
    ['/w/clear.timer', true],
    ['/w/shop/views.py', false],
    ['/w/run.sh', false],
  ] as const)
    assert.equal(mayHoldSchedule(file), expected, file);
});
