import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it, test } from 'node:test';
import { nodeFileSystem } from '../../../src/common/fileSystem.ts';
import { answersTo } from '../../../src/diagnosis/guide/figures.ts';
import { guideBlocks } from '../../../src/diagnosis/guide/guideBlocks.ts';
import { readGuideFacts, type GuideFacts } from '../../../src/diagnosis/guide/guideFacts.ts';
import { judgeGuide } from '../../../src/diagnosis/guide/judgeGuide.ts';
import { findProjects } from '../../../src/django/project/findProject.ts';
import { ROOT } from '../../kit/node24.ts';
import { inMemory } from '../services/support.ts';
import { cpuNow } from '../../kit/cpuTime.ts';

const TABLE = 'django_session';
const PICKS = join(ROOT, 'test', 'projects', 'picks');

/** What is found in a text, with the words that it is found at. */
function found(text: string, facts: GuideFacts): string[] {
  return judgeGuide(guideBlocks(text, TABLE), facts).map(
    ({ code, from, to }) => `${code.replace('guide-', '')}: ${text.slice(from, to)}`,
  );
}

/** A document with one block beside one that makes it a guide. */
const withBlock = (language: string, content: string, before = ''): string =>
  `\`\`\`sql\nSELECT count(*) FROM django_session;\n\`\`\`\n\n${before}\n\n\`\`\`${language}\n${content}\n\`\`\`\n`;

describe('the guide of picks', () => {
  let text: string;
  let facts: GuideFacts;

  before(async () => {
    text = await readFile(join(PICKS, 'MONITORING.md'), 'utf8');
    const [project] = await findProjects(nodeFileSystem, PICKS, { settingsModule: '', environment: {} });
    facts = await readGuideFacts(nodeFileSystem, PICKS, project, {});
  });

  it('no longer holds in five places, and nowhere else', () => {
    assert.deepEqual(found(text, facts), [
      'wrong-hour: expire_date__lte=timezone.now() + timedelta(hours=1)',
      'log-words: Successfully deleted 87 expired sessions. Remaining: 641 sessions',
      'option-missing: --dry-run',
      'middleware-missing: picks.sessions.ThrottledSessionMiddleware',
      'service-missing: web-blue web-green',
    ]);
    const [hour, , , middleware, service] = judgeGuide(guideBlocks(text, TABLE), facts);
    assert.match(hour?.message ?? '', /expires after 14 days \(SESSION_COOKIE_AGE\).*later than now \+ 14 days − 1 h/u);
    assert.match(middleware?.message ?? '', /it is picks\.middleware\.ThrottledSessionMiddleware there/u);
    assert.match(service?.message ?? '', /There is db, session-cleanup, web\./u);
  });

  it('holds when it is corrected', () => {
    const corrected = text
      .replace(
        'expire_date__lte=timezone.now() + timedelta(hours=1)',
        'expire_date__gt=timezone.now() + timedelta(days=14) - timedelta(hours=1)',
      )
      .replace(
        'Successfully deleted 87 expired sessions. Remaining: 641 sessions',
        '[Session Cleanup] Cleanup completed. Next run tomorrow at 03:00 UTC',
      )
      .replace(' --dry-run', ' --verbosity 2')
      .replace('picks.sessions.', 'picks.middleware.')
      .replace('restart web-blue web-green', 'restart web');
    assert.deepEqual(found(corrected, facts), []);
  });

  it('is answered by our own figures, and by what does the same', () => {
    const answers = guideBlocks(text, TABLE).map((block) => {
      const { figures, helps } = answersTo(block, facts, TABLE);
      return [...figures, ...helps].join(' ');
    });
    assert.deepEqual(answers, [
      'sessions.total sessions.expired table.total',
      'connections.total connections.usedShare',
      'sessions.savedLastHour',
      'cleanupLog',
      'cleanupLog',
      'clearExpired',
      'restartApplication',
      '',
    ]);
  });

  it('stays quick with 5 MB', () => {
    let long = '';
    while (long.length < 5_000_000) long += text;
    const from = cpuNow();
    const blocks = guideBlocks(long, TABLE);
    judgeGuide(blocks, facts);
    assert.equal(blocks.length, 1_000);
    assert.ok(cpuNow() - from < 5_000, `${String(cpuNow() - from)} ms`);
  });
});

const BASE: GuideFacts = {
  compose: [
    { file: '/w/docker-compose.yml', services: [{ name: 'web', containerName: 'shop_web' }, { name: 'cleanup' }] },
    { file: '/w/deploy/prod.yml', services: [{ name: 'app' }] },
  ],
  startedBy: new Map([['shop_green', 'deploy.sh']]),
  ownClearsessions: false,
  settings: "MIDDLEWARE = ['shop.throttle.ThrottledSessionMiddleware']\n# 'shop.other.QuietMiddleware'",
  packages: new Set(['shop']),
  written: [['running cleanup at']],
  services: ['cleanup'],
};

test('what may be right is left alone', () => {
  for (const [language, content, before] of [
    ['bash', 'docker compose logs app'],
    ['bash', 'docker compose -f other.yml restart nothing'],
    ['bash', 'docker-compose up -d $SERVICE'],
    ['bash', 'docker compose exec SERVICE bash'],
    ['bash', 'docker compose exec web ls nothing'],
    ['bash', 'docker compose run --rm -e A=b web nothing'],
    ['bash', '# docker compose restart nothing'],
    ['bash', 'docker logs shop_web; docker logs shop_green; docker logs w-cleanup-1; docker logs somebody_elses_redis'],
    ['bash', 'docker logs <container>'],
    ['bash', 'python manage.py clearsessions --settings=a.b --verb 2 --no-color'],
    ['bash', 'python manage.py migrate --dry-run'],
    ['python', "'shop.other.QuietMiddleware',", 'Comment out:'],
    ['python', "MIDDLEWARE = ['whitenoise.middleware.WhiteNoiseMiddleware']", 'Add it to MIDDLEWARE:'],
    [
      'sql',
      "SELECT count(*) FROM django_session WHERE expire_date < now() + interval '1 hour'",
      'Sessions that expire in the next hour',
    ],
    [
      'sql',
      "-- saved in the last hour\nSELECT count(*) FROM django_session WHERE expire_date > now() + interval '14 days' - interval '1 hour'",
    ],
    [
      'sql',
      "-- saved in the last hour\nSELECT count(*) FROM django_session WHERE expire_date BETWEEN now() + interval '335 hours' AND now() + interval '14 days'",
    ],
    [
      'sql',
      "-- saved in the last 2 days but not in the last\nSELECT count(*) FROM django_session WHERE expire_date >= now() + interval '12 days' AND expire_date < now() + interval '13 days'",
    ],
    ['', 'Running cleanup at 03:00'],
    ['', '[2026-01-12 03:00:00] [cron] Running cleanup at Mon Jan 12'],
    ['', 'web_1 | GET /session 200'],
  ] as const)
    assert.deepEqual(found(withBlock(language, content, before), BASE), [], content);
});

test('what is certainly wrong is found', () => {
  for (const [language, content, expected, before] of [
    ['bash', 'docker compose restart nothing', 'service-missing: nothing'],
    [
      'bash',
      '$ sudo docker-compose -f deploy/prod.yml exec -T web python manage.py clearsessions',
      'service-missing: web',
    ],
    ['bash', 'docker compose exec web \\\n  django-admin clearsessions --noinput', 'option-missing: --noinput'],
    ['bash', 'docker logs old_shop_web', 'service-missing: old_shop_web'],
    [
      'python',
      '# "store.throttle.ThrottledSessionMiddleware"',
      'middleware-missing: store.throttle.ThrottledSessionMiddleware',
    ],
    ['python', "'shop.gone.OldMiddleware',", 'middleware-missing: shop.gone.OldMiddleware', 'Remove it:'],
    [
      'sql',
      "-- updated in the last 2 hours\nSELECT count(*) FROM django_session WHERE expire_date BETWEEN now() AND now() + interval '2 hours'",
      "wrong-hour: expire_date BETWEEN now() AND now() + interval '2 hours'",
    ],
    [
      'sql',
      "SELECT count(*) AS active_last_hour FROM django_session WHERE expire_date >= NOW() - INTERVAL '1 hour'",
      "wrong-hour: expire_date >= NOW() - INTERVAL '1 hour'",
    ],
    ['', 'Running cleanup at 03:00\n  Deleted 5 expired sessions', 'log-words:   Deleted 5 expired sessions'],
  ] as const)
    assert.deepEqual(found(withBlock(language, content, before), BASE), [expected], content);
});

test('a document that is no guide has nothing in it', () => {
  for (const text of [
    '',
    '```bash\ndocker compose restart nothing\n```',
    'Sessions: `django_session`',
    '```sql\nSELECT 1 FROM sessions\n```',
    '    ```sql\n    SELECT * FROM django_session\n    ```',
  ])
    assert.deepEqual(guideBlocks(text, TABLE), [], text);
  assert.equal(guideBlocks('```sql\nSELECT 1 FROM shop_session\n```', 'shop_session').length, 1);
});

test('where files can’t be read nothing is said of what they might have', async () => {
  const text = withBlock('bash', 'docker compose restart nothing\npython manage.py clearsessions --dry-run');
  const files = inMemory({
    '/w/compose.yml': 'services: [',
    '/w/manage.py': "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')",
    '/w/shop/__init__.py': '',
    '/w/shop/settings.py': 'MIDDLEWARE = []',
    '/w/shop/management/commands/clearsessions.py': 'class Command: pass',
  });
  const [project] = await findProjects(files, '/w', { settingsModule: 'shop.settings', environment: {} });
  const facts = await readGuideFacts(files, '/w', project, {});
  assert.equal(facts.compose, undefined);
  assert.equal(facts.ownClearsessions, true);
  assert.deepEqual(found(text, facts), []);
});
