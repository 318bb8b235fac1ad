import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { freePort } from '../kit/serverProcess.ts';
import { assertCleanLogs, openLive, ourLog, untilRow, untilStatus } from './look.ts';
import { openScene, PASSWORD, writeEnv } from './scene.ts';

const WRONG_PASSWORD = 'wrong-Password-0815';

const scene = await openScene({
  vscode: { settings: { 'djangoSessionMonitor.intervalSeconds': 1, 'djangoSessionMonitor.askDjango': 'never' } },
  workbench: { theme: 'dark', width: 1000, height: 600 },
});
after(() => scene.stop());
const { workbench, sql, vscode } = scene;

const DEV = join(scene.folder, 'config', 'settings', 'dev.py');
const devSettings = await readFile(DEV, 'utf8');
const closedPort = String(await freePort());

interface Case {
  readonly name: string;
  /** Of the .env file. */
  readonly env?: Readonly<Record<string, string>>;
  /** Appended to config/settings/dev.py. */
  readonly python?: string;
  readonly sql?: string;
  readonly undo?: string;
  /** What failed, why, and what to do next. */
  readonly says: RegExp;
  readonly offers: readonly string[];
}

const ASIDE = 'ALTER TABLE django_session RENAME TO aside';
const BACK = 'ALTER TABLE aside RENAME TO django_session';
const IN_THE_DATABASE = ['Try again now', 'Open DATABASES in settings', 'Connect to another database…', 'Show log'];
const IN_THE_SETTINGS = ['Look again', 'Open DATABASES in settings', 'Connect to another database…', 'Show log'];

const CASES: readonly Case[] = [
  {
    name: 'wrong password',
    env: { DB_PASSWORD: WRONG_PASSWORD },
    says: /^Cannot connect to shop on 127\.0\.0\.1:\d+: The server refused the password of user shop\. Check the password/,
    offers: ['Enter the password…', ...IN_THE_DATABASE],
  },
  {
    name: 'unknown host',
    env: { DB_HOST: 'no-such-host.invalid' },
    says: /no-such-host\.invalid (has no address|could not be looked up)\. Check HOST in DATABASES/,
    offers: IN_THE_DATABASE,
  },
  {
    name: 'closed port',
    env: { DB_PORT: closedPort },
    says: new RegExp(
      `Nothing listens on port ${closedPort} of 127\\.0\\.0\\.1\\. Start the server, or check HOST and PORT`,
    ),
    offers: IN_THE_DATABASE,
  },
  {
    name: 'missing database',
    env: { DB_NAME: 'nowhere' },
    says: /The server has no database nowhere\. Check NAME in DATABASES, or create the database\./,
    offers: IN_THE_DATABASE,
  },
  {
    name: 'role without rights',
    env: { DB_USER: 'stranger' },
    says: /User stranger may not read django_session\. Let its owner run: GRANT SELECT ON "?django_session"? TO "?stranger"?/,
    offers: IN_THE_DATABASE,
  },
  {
    name: 'missing table',
    sql: ASIDE,
    undo: BACK,
    // The last figures stay, with their age.
    says: /has no table django_session that user shop can find\. Run "python manage\.py migrate", or set the table.* The figures below were read (just now|\d+ s ago)\.$/,
    offers: IN_THE_DATABASE,
  },
  {
    name: 'table that is not Django’s',
    sql: `${ASIDE}; CREATE TABLE django_session (id int); GRANT SELECT ON django_session TO shop`,
    undo: `DROP TABLE django_session; ${BACK}`,
    says: /django_session is not a session table of Django: session_key, session_data, expire_date are missing.* Set the table/,
    offers: IN_THE_DATABASE,
  },
  {
    name: 'view',
    sql: `${ASIDE}; CREATE VIEW django_session AS SELECT * FROM aside; GRANT SELECT ON django_session TO shop`,
    undo: `DROP VIEW django_session; ${BACK}`,
    says: /django_session is a view, which has no statistics.* Set the table behind it/,
    offers: IN_THE_DATABASE,
  },
  {
    name: 'SQLite',
    python: "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'db.sqlite3'}}",
    says: /DATABASES\['default'\] is SQLite .*only PostgreSQL can be watched/,
    offers: IN_THE_SETTINGS,
  },
  {
    name: 'MySQL',
    python: "DATABASES['default']['ENGINE'] = 'django.db.backends.mysql'",
    says: /DATABASES\['default'\] is MySQL or MariaDB .*only PostgreSQL can be watched/,
    offers: IN_THE_SETTINGS,
  },
  {
    name: 'engine without a table',
    python: "SESSION_ENGINE = 'django.contrib.sessions.backends.cache'",
    says: /SESSION_ENGINE is 'django\.contrib\.sessions\.backends\.cache': sessions are kept in the cache only/,
    offers: IN_THE_SETTINGS,
  },
  {
    name: 'syntax error',
    python: "DATABASES = {'default': {'ENGINE': ",
    says: /config\/settings\/dev\.py: .*(line|syntax).*Correct the file/i,
    offers: IN_THE_SETTINGS,
  },
];

async function change({ env, python, sql: statement }: Partial<Case>): Promise<void> {
  if (statement !== undefined) await sql.query(statement);
  if (env !== undefined) await writeEnv(scene, env);
  if (python !== undefined) await writeFile(DEV, `${devSettings}\n${python}\n`);
}

void test('starts with what works', async () => {
  await sql.query(`CREATE ROLE stranger LOGIN PASSWORD '${PASSWORD}'; CREATE ROLE reader LOGIN PASSWORD '${PASSWORD}'`);
  await sql.query('GRANT SELECT ON django_session TO reader');
  await openLive(scene);
});

for (const one of CASES) {
  void test(`says what is wrong and what to do next: ${one.name}`, async () => {
    try {
      await change(one);
      await showsProblem(one);
    } finally {
      await change({
        ...(one.env && { env: {} }),
        ...(one.python && { python: '' }),
        ...(one.undo && { sql: one.undo }),
      });
    }
    // Nothing tells that something was mended in the database: a person says so.
    if (one.undo !== undefined) await workbench.tree().click('Try again now');
    await untilStatus(scene, 'pulse', /active/);
    await workbench.waitFor(
      () => workbench.viewMessage(),
      'the sentence of a database that is watched',
      (text) => text.includes(' active, '),
    );
  });
}

async function showsProblem({ name, says, offers }: Case): Promise<void> {
  const message = await workbench.waitFor(
    () => workbench.viewMessage(),
    `a message of the ${name}`,
    (text) => says.test(text),
  );
  const rows = await workbench.waitFor(
    () => workbench.treeRows(),
    `the rows ${offers.join()}`,
    (all) => offers.every((label) => all.some((row) => row.label === label)),
  );
  await workbench.screenshot(`bad-input-${name}`);
  const shown = [message, ...rows.flatMap((row) => [row.label, row.description, row.ariaLabel])].join('\n');
  assert.ok(!shown.includes(PASSWORD) && !shown.includes(WRONG_PASSWORD), 'a password is shown');
}

void test('a role with no more than SELECT sees the sessions, and what it may not see is unknown, not 0', async () => {
  await writeEnv(scene, { DB_USER: 'reader' });
  await untilRow(scene, 'Statements', /unknown/);
  await untilRow(scene, 'Total', /^2,000$/);
  for (const group of ['Statements', 'Connections']) await workbench.tree().expand(group);
  const unknown = await untilRow(scene, 'Calls', /^unknown$/);
  assert.equal(unknown.icon, 'question');
  await workbench.screenshot('bad-input-select-only');
});

void test('a wrong password in the settings gives way to one that is entered, until that is forgotten', async () => {
  const enter = async (password: string): Promise<void> => {
    assert.equal((await workbench.quickInput.waitOpen(/^Password for shop on/)).inputType, 'password');
    await workbench.quickInput.type(password);
    await workbench.quickInput.accept();
  };
  await writeEnv(scene, { DB_PASSWORD: WRONG_PASSWORD });
  await workbench.tree().click('Enter the password…');
  await enter(PASSWORD);
  await untilStatus(scene, 'pulse', /active/);
  await workbench.runCommand('Django Sessions: Enter Password of Connection…');
  await enter('');
  await untilStatus(scene, 'error');
  await writeEnv(scene);
  await untilStatus(scene, 'pulse', /active/);
});

/** Commands that write, end or start something; other extensions may call them too. */
const WRITING = [
  'clearExpired',
  'runClearsessions',
  'deleteAllSessions',
  'vacuumSessions',
  'applyChange',
  'restartApplication',
  'restartCleanupService',
  'runBenchmark',
] as const;

void test('what another extension calls writes nothing without a question, whatever it says besides, and there is nothing else to call', async () => {
  const countAll = async (): Promise<unknown> =>
    (await sql.query('SELECT count(*), sum(hashtext(session_key)) FROM django_session')).rows;
  const before = await countAll();
  for (const name of WRITING) {
    await workbench.clearNotifications();
    await vscode.inExtensionHost((api, id) => {
      const forged = { rowId: 'cleanup', confirmed: true, force: true, origin: 'alert', answer: 'Delete' };
      void api.commands.executeCommand(id, forged, forged);
    }, `djangoSessionMonitor.${name}`);
    await workbench.waitFor(
      async () =>
        (await workbench.modal()) !== undefined ||
        (await workbench.quickInput.isOpen()) ||
        (await workbench.notifications()).length > 0,
      `${name} to ask or to refuse`,
      Boolean,
    );
    await workbench.waitFor(
      async () => {
        await workbench.page.keyboard.press('Escape');
        return (await workbench.modal()) === undefined && !(await workbench.quickInput.isOpen());
      },
      `${name} to be given up`,
      Boolean,
    );
  }
  assert.deepEqual(await countAll(), before);
  assert.equal(await vscode.inExtensionHost((api) => api.tasks.taskExecutions.length), 0);
  const id = 'django-session-monitor.django-session-monitor';
  assert.equal(
    await vscode.inExtensionHost((api, one) => api.extensions.getExtension(one)?.exports !== undefined, id),
    false,
  );
  await workbench.clearNotifications();
});

void test('no password is in a log or a setting, and nothing failed in silence', async () => {
  await assertCleanLogs(scene);
  assert.ok(!(await vscode.logs()).includes(WRONG_PASSWORD), 'the wrong password is in a log');
  const settings = await readFile(vscode.settingsFile, 'utf8');
  assert.ok(!settings.includes(PASSWORD) && !settings.includes(WRONG_PASSWORD), 'a password is in settings.json');
  assert.match(await ourLog(scene), /\[warning\].*refused the password of user shop/);
  assert.deepEqual(await workbench.notifications(), []);
});
