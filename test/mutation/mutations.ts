/** A test file that should notice. */
export interface NoticedBy {
  /** From the folder of the project. */
  readonly file: string;
  /** Only tests with names that match this regular expression: for files that take long. */
  readonly named?: string;
}

/** One promise of the README, and how it is broken. */
export interface Mutation {
  readonly id: string;
  /** As the README has it. */
  readonly promise: string;
  /** What is broken, for people. */
  readonly broken: string;
  /** The source, from the folder of the project; `find` occurs in it once. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** The cheapest first: the first that notices is enough. */
  readonly tests: readonly NoticedBy[];
}

const unit = (file: string, named?: string): NoticedBy => ({
  file: `test/unit/${file}.test.ts`,
  ...(named === undefined ? {} : { named }),
});
const processes = (file: string, named?: string): NoticedBy => ({
  file: `test/processes/${file}.test.ts`,
  ...(named === undefined ? {} : { named }),
});
/** On the newer of the two servers that they run on. */
const postgres = (file: string, named: string): NoticedBy => ({
  file: `test/postgres/${file}.test.ts`,
  named: `PostgreSQL 18 ${named}`,
});
const vscode = (file: string, named: string): NoticedBy => ({ file: `test/vscode/${file}.test.ts`, named });

/** In the order of the README. */
export const MUTATIONS: readonly Mutation[] = [
  {
    id: 'light-reading',
    promise: 'One statement every 10 seconds whose cost does not grow with the table',
    broken: 'Expired rows are counted without a cap',
    file: 'src/postgres/readings/sessionSql.ts',
    find: 'ORDER BY expire_date LIMIT limits.cap) AS first',
    replace: 'ORDER BY expire_date LIMIT 1000000 * limits.cap::bigint) AS first',
    tests: [postgres('sessionMetrics', 'reads no more of the index')],
  },
  {
    id: 'exact-budget',
    promise: 'Exact counts are taken at long intervals, in a budget',
    broken: 'What a count has cost does not put off the next',
    file: 'src/monitoring/poll/cadence.ts',
    find: 'seconds / exactBudgetShare',
    replace: 'seconds',
    tests: [unit('monitoring/smallParts')],
  },
  {
    id: 'margin',
    promise: 'Every number is exact or estimated, with its margin',
    broken: 'Estimates have no margin',
    file: 'src/postgres/sample/sampleNote.ts',
    find: 'plusMinus: Math.ceil(plusMinus),',
    replace: 'plusMinus: 0,',
    tests: [postgres('rollingSample', 'says the same')],
  },
  {
    id: 'unknown-not-zero',
    promise: 'What your role may not see is unknown, never 0',
    broken: 'Connections whose state is hidden count as if they waited for nothing',
    file: 'src/postgres/readings/tableMetrics.ts',
    find: 'masked === 0\n',
    replace: 'masked >= 0\n',
    tests: [postgres('sessionMetrics', 'shows as unknown what a role')],
  },
  {
    id: 'alert-waits',
    promise: 'An alert is pending until its value has been over the threshold for the time given',
    broken: 'It fires at once',
    file: 'src/monitoring/alerts/alertTracker.ts',
    find: "return over >= forSeconds ? 'firing' : 'pending';",
    replace: "return 'firing';",
    tests: [unit('monitoring/alerts')],
  },
  {
    id: 'alert-hysteresis',
    promise: 'It clears when the value has been below the given share of the threshold for as long',
    broken: 'It clears below the threshold itself',
    file: 'src/monitoring/alerts/alertJudge.ts',
    find: 'value.value < threshold * clearBelow',
    replace: 'value.value < threshold',
    tests: [unit('monitoring/alerts')],
  },
  {
    id: 'alert-unknown',
    promise: 'A value that becomes unknown neither fires nor clears an alert',
    broken: 'Unknown counts as below the threshold',
    file: 'src/monitoring/alerts/alertJudge.ts',
    find: "if (!isKnown(value) || Number.isNaN(value.value)) return 'unknown';",
    replace: "if (!isKnown(value) || Number.isNaN(value.value)) return 'under';",
    tests: [unit('monitoring/alerts')],
  },
  {
    id: 'small-batches',
    promise: 'Deletes expired sessions in small transactions',
    broken: 'Batches grow to the most that they may be, however long they take',
    file: 'src/postgres/cleanup/run/batchSize.ts',
    find: 'this.#size = Math.min(this.#most, dense, wanted);',
    replace: 'this.#size = Math.max(this.#most, dense, wanted);',
    tests: [unit('postgres/cleanup')],
  },
  {
    id: 'rests',
    promise: 'Gently, with rests in proportion to each batch',
    broken: 'It rests for a hundredth of them',
    file: 'src/postgres/cleanup/plan/pace.ts',
    find: 'Math.max(least, this.#times * batchMs)',
    replace: 'Math.max(least, this.#times * batchMs * 0.01)',
    tests: [unit('postgres/cleanup')],
  },
  {
    id: 'saved-meanwhile',
    promise: 'The condition stands in each DELETE, so that a session that is saved meanwhile stays',
    broken: 'The rows are chosen first, and deleted by their keys',
    file: 'src/postgres/cleanup/plan/sql.ts',
    find: 'return { where: `${where} AND ${which}`, values: [range.fromPage, range.toPage], mark: [] };',
    replace: `const chosen = \`s.session_key IN (SELECT session_key FROM ONLY \${quoted(this.#heap)} WHERE \${where} AND \${which})\`;
      return { where: chosen, values: [range.fromPage, range.toPage], mark: [] };`,
    tests: [postgres('cleanup', 'keeps a session that is saved while')],
  },
  {
    id: 'one-cleanup',
    promise: 'One cleanup at a time per database, over all windows and machines',
    broken: 'A cleanup takes no lock for its session, so that one that pauses keeps nobody out',
    file: 'src/postgres/cleanup/obstacles/lock.ts',
    find: 'pg_try_advisory_lock(${KEY}) AS ours',
    replace: 'true AS ours',
    tests: [postgres('cleanup', 'rests at the gentle pace')],
  },
  {
    id: 'one-cleanup-pooler',
    promise: 'It works through PgBouncer in transaction mode: one cleanup at a time there too',
    broken: 'A batch deletes without the lock',
    file: 'src/postgres/cleanup/plan/sql.ts',
    find: 'CASE WHEN pg_try_advisory_xact_lock(${LOCK_KEY.join',
    replace: 'CASE WHEN true OR pg_try_advisory_xact_lock(${LOCK_KEY.join',
    tests: [postgres('cleanupPooler', 'keeps others out')],
  },
  {
    id: 'cancel',
    promise: 'You can cancel it within a batch',
    broken: 'A cancel waits for the batch to end',
    file: 'src/postgres/connect/bounded.ts',
    find: "signal?.addEventListener('abort', cancel, { once: true });",
    replace: '',
    tests: [postgres('cleanup', 'cancels within a batch')],
  },
  {
    id: 'emergency',
    promise: 'Delete All Sessions is not offered on a production database unless a setting allows it',
    broken: 'It is allowed on every database',
    file: 'src/ui/cleanup/mayDeleteAll.ts',
    find: 'return !production ||',
    replace: 'return production || !production ||',
    tests: [vscode('cleanup', 'the emergency is not offered in production')],
  },
  {
    id: 'restore',
    promise: 'Restore undoes either from the text alone, byte for byte',
    broken: 'A line break that the rollback added stays',
    file: 'src/django/rollback/rollbackRestore.ts',
    find: 'to: to + lineBreakAt(text, to), insert',
    replace: 'to: to, insert',
    tests: [processes('django/rollback/restore'), processes('django/rollback/cpython')],
  },
  {
    id: 'logout-warning',
    promise: 'After the warnings that fit, such as that active users will be logged out',
    broken: 'Disabling the throttle does not warn of it',
    file: 'src/django/rollback/rollback.ts',
    find: '[...(everyRequest ? [] : [LOGOUT_TRAP]), ...warningsOf',
    replace: '[...(everyRequest ? [LOGOUT_TRAP] : []), ...warningsOf',
    tests: [processes('django/rollback/refusals')],
  },
  {
    id: 'no-guess',
    promise: 'What cannot be done without guessing is refused with the reason: two candidates',
    broken: 'The first of two is taken',
    file: 'src/django/rollback/rollback.ts',
    find: 'if (entry !== undefined && found.size === 1) {',
    replace: 'if (entry !== undefined && found.size > 0) {',
    tests: [processes('django/rollback/refusals')],
  },
  {
    id: 'extremes',
    promise: 'Each with its minimum and maximum, so that no spike disappears',
    broken: 'Thinning takes the mean for the maximum',
    file: 'src/history/levels/sums.ts',
    find: 'if ((max[k] ?? NaN) > high) high = max[k] ?? NaN;',
    replace: 'if ((mean[k] ?? NaN) > high) high = mean[k] ?? NaN;',
    tests: [unit('history/thinning', 'keeps the extremes')],
  },
  {
    id: 'one-window',
    promise: 'All windows on the same table share one history, and one of them reads from the database',
    broken: 'A window takes over from one that is well',
    file: 'src/history/windows/election.ts',
    find: 'if (holder === null || hangs ||',
    replace: 'if (holder === null || hangs || every > 0 ||',
    tests: [processes('history/windows', 'of three windows one polls')],
  },
  {
    id: 'damaged-history',
    promise: 'A file that is damaged is set aside and kept',
    broken: 'It is removed',
    file: 'src/history/openHistory.ts',
    find: 'renameSync(path + suffix, aside + suffix);',
    replace: "process.getBuiltinModule('node:fs').rmSync(path + suffix);",
    tests: [processes('history/trouble', 'is set aside, kept and said')],
  },
  {
    id: 'stale',
    promise: 'A server that stalls, restarts or goes away leads to stale with the age of what you see',
    broken: 'Figures are called live for as long as nothing comes',
    file: 'src/monitoring/poll/schedule.ts',
    find: 'this.#watchdog.plan(STALE_INTERVALS * this.#parts.cadence.lightSeconds);',
    replace: 'this.#watchdog.plan(1000 * STALE_INTERVALS * this.#parts.cadence.lightSeconds);',
    tests: [unit('monitoring/monitorTrouble', 'a server that stalls')],
  },
  {
    id: 'explain',
    promise: 'Plain EXPLAIN, never ANALYZE, in a transaction that can only read and is rolled back',
    broken: 'It is EXPLAIN ANALYZE',
    file: 'src/postgres/explain/explain.ts',
    find: '(COSTS, FORMAT TEXT)',
    replace: '(ANALYZE, COSTS, FORMAT TEXT)',
    tests: [postgres('explain', 'executes nothing')],
  },
  {
    id: 'explain-foreign',
    promise: 'Only statements of PostgreSQL’s own names and the session table are explained',
    broken: 'Whatever stands in the list is planned',
    file: 'src/postgres/explain/scope.ts',
    find: "if ('refused' in judged) throw new Problem(notOurs(judged.refused));",
    replace: "if ('refused' in judged) return statement.replace('django_session', 'public.django_session');",
    tests: [postgres('explainForeign', 'runs nothing of it')],
  },
  {
    id: 'quantiles',
    promise: 'Quantiles are interpolated as PromQL does it',
    broken: 'A quantile is the upper bound of its bucket',
    file: 'src/services/applicationMetrics/histogramQuantile.ts',
    find: 'return { value, from, to, corrected };',
    replace: 'return { value: Math.max(value, to), from, to, corrected };',
    tests: [unit('services/applicationNames')],
  },
  {
    id: 'counter-reset',
    promise: 'Rates of counters, and restarts are allowed for: what went back is no negative rate',
    broken: 'A counter that went back is taken as it is',
    file: 'src/monitoring/snapshot/rates.ts',
    find: 'return pairs.some(([before, after]) => after < before) ? BREAKS.reset : undefined;',
    replace: 'return pairs.some(([before]) => before < 0) ? BREAKS.reset : undefined;',
    tests: [unit('monitoring/rates')],
  },
  {
    id: 'deleting-nothing',
    promise: 'It tells healthy and running, but deleting nothing apart',
    broken: 'Rows that survive a run are not looked at',
    file: 'src/services/cleanupService/triangulate.ts',
    find: 'when: (f) => f.confirmed === false || (f.survivors && f.confirmed !== true),',
    replace: 'when: (f) => f.confirmed === false,',
    tests: [unit('services/triangulate')],
  },
  {
    id: 'read-only',
    promise: 'The monitoring connection opens every transaction as READ ONLY; the server itself refuses a write',
    broken: 'Its transactions may write',
    file: 'src/postgres/connect/transaction.ts',
    find: "`BEGIN ${readOnly ? 'READ ONLY' : 'READ WRITE'}`",
    replace: "`BEGIN ${readOnly ? 'READ WRITE' : 'READ WRITE'}`",
    tests: [postgres('connection', 'writes nothing through a read-only connection')],
  },
  {
    id: 'password-unsaid',
    promise: 'Passwords are never written to settings.json, the log or a message',
    broken: 'A URL that can’t be decoded is repeated in the message',
    file: 'src/postgres/target/parameters.ts',
    find: `throw invalid('A "%" in the URL is not`,
    replace: 'throw invalid(text + \': a "%" is not',
    tests: [unit('postgres/parameters')],
  },
  {
    id: 'password-target',
    promise: 'A stored password belongs to the host, hostaddr, port, database and user that it was entered for',
    broken: 'It belongs to the user and the database on whichever host',
    file: 'src/postgres/target/targetKey.ts',
    find: "const PARTS = ['host', 'hostaddr', 'port', 'database', 'user']",
    replace: "const PARTS = ['database', 'user']",
    tests: [unit('postgres/boundPassword'), unit('ui/storedPasswords')],
  },
  {
    id: 'backend-recycled',
    promise: 'The very backend that was shown is meant, by its process id and when it began',
    broken: 'Whoever has that process id now is hit',
    file: 'src/postgres/backends/endBackend.ts',
    find: 'const IT = `pid = $1::int AND ${BACKEND_START} = $2::text`;',
    replace: 'const IT = `pid = $1::int AND $2::text IS NOT NULL AND ${BACKEND_START} IS NOT NULL`;',
    tests: [postgres('backends', 'never hits another backend')],
  },
  {
    id: 'session-key',
    promise: 'it is shown shortened, kept nowhere, and sent to the server in part only',
    broken: 'It is sent in full',
    file: 'src/postgres/inspect/keyHash.ts',
    find: 'key.slice(0, PREFIX)',
    replace: 'key.slice(0, PREFIX * 100)',
    tests: [unit('presentation/inspect'), postgres('inspect', 'gives no key')],
  },
  {
    id: 'inert-text',
    promise: 'What a server, a log or a project says is shown as text: nothing in it becomes a link',
    broken: 'Links in it stay links',
    file: 'src/presentation/texts/inertText.ts',
    find: "return text.replaceAll('](', `]${INVISIBLE}(`);",
    replace: 'return text.replaceAll(INVISIBLE, INVISIBLE);',
    tests: [unit('presentation/inertText')],
  },
  {
    id: 'restricted',
    promise: 'In Restricted Mode no file of the project is read, nothing is run, and no database is connected to',
    broken: 'The project is read and its database connected to',
    file: 'src/ui/connection/app.ts',
    find: 'if (!vscode.workspace.isTrusted) {',
    replace: 'if (!vscode.workspace.isTrusted && this.#disposed) {',
    tests: [vscode('trust', 'in Restricted Mode nothing is run or connected to')],
  },
  {
    id: 'tls',
    promise: 'It speaks TLS by the names of libpq’s sslmode',
    broken: 'verify-ca and verify-full accept any certificate',
    file: 'src/postgres/connect/tls.ts',
    find: "rejectUnauthorized: verify !== 'nothing',",
    replace: "rejectUnauthorized: verify === 'nothing' && parameters['sslrootcert'] === 'never',",
    tests: [postgres('tls', 'means by each sslmode')],
  },
];
