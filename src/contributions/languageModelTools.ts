/**
 * What an agent in the editor's chat may ask, in package.json as `languageModelTools`; what it is answered is in presentation/chat. All
 * only read, and answer figures. The descriptions are for a model, which chooses by them.
 */
export interface LanguageModelToolRow {
  readonly displayName: string;
  /** How a person names it in the chat: #djangoSessionMetrics. */
  readonly toolReferenceName: string;
  readonly modelDescription: string;
  readonly userDescription: string;
  /** Name of a codicon. */
  readonly icon: string;
  /** JSON schemas of what it is asked with. */
  readonly input: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
}

export const LANGUAGE_MODEL_TOOL_ROWS = {
  metrics: {
    displayName: 'Django Session Metrics',
    toolReferenceName: 'djangoSessionMetrics',
    modelDescription:
      'Reads what Django Session Monitor knows now of the sessions that a Django project keeps in PostgreSQL: number of sessions, saves a minute, size of the table, ' +
      'statements, connections, response times. Each metric comes with its id, unit, value, whether it was counted or estimated, and what to do about it; what is unknown says why. ' +
      'It takes no reading of its own. Use it first for any question about the session table, its load or its growth.',
    userDescription: 'Current metrics of the sessions in PostgreSQL',
    icon: 'pulse',
    input: {
      group: {
        type: 'string',
        enum: ['sessions', 'writes', 'table', 'statements', 'connections', 'database', 'application', 'monitor'],
        description: 'Only the metrics of this group; all without it.',
      },
    },
  },
  alerts: {
    displayName: 'Django Session Alerts',
    toolReferenceName: 'djangoSessionAlerts',
    modelDescription:
      'Reads the alert rules of Django Session Monitor: which of them fire, since when, with the value, the threshold and what to do. Use it to find out what is wrong with the sessions now.',
    userDescription: 'Alerts on the sessions, with value and threshold',
    icon: 'warning',
    input: {},
  },
  history: {
    displayName: 'Django Session History',
    toolReferenceName: 'djangoSessionHistory',
    modelDescription:
      'Reads the history of up to 10 metrics over a range of time, as minimum, mean and maximum of each step, with what happened in that range: cleanups, rollbacks, restarts, alerts, ' +
      'gaps in which nobody watched. Ids are those of the metrics tool, such as sessions.total, sessions.expired, table.total (bytes) or writes.saves (a minute). Two years are kept. Use it to see when something began.',
    userDescription: 'The past of metrics of the sessions',
    icon: 'history',
    input: {
      metrics: {
        type: 'array',
        items: { type: 'string' },
        minItems: 1,
        maxItems: 10,
        description: 'Ids of metrics: ["sessions.total", "writes.saves"].',
      },
      from: { type: 'string', description: 'ISO 8601 date and time: 2026-03-01T00:00:00Z.' },
      to: { type: 'string', description: 'ISO 8601 date and time; now without it.' },
      points: { type: 'integer', minimum: 2, maximum: 200, description: 'Steps of the range; 60 without it.' },
    },
    required: ['metrics', 'from'],
  },
  writers: {
    displayName: 'Who Writes Django Sessions',
    toolReferenceName: 'djangoSessionWriters',
    modelDescription:
      'Tells who writes the Django sessions: which entries the saves of the last half hour changed, what new sessions hold, and the likeliest places in the code or settings that make the saves. ' +
      'Names of entries that the code does not name are left out, and no values are read. Use it for "why are there so many saves" and "why are sessions growing".',
    userDescription: 'What the saves of sessions change, and the code that does it',
    icon: 'search',
    input: {},
  },
  diagnosis: {
    displayName: 'Django Session Diagnosis',
    toolReferenceName: 'djangoSessionDiagnosis',
    modelDescription:
      'Looks for causes of a symptom of the Django sessions: gathers evidence for some seconds, only reading, and tells what was found, how much of the symptom each finding explains and how sure that is, ' +
      'what mends it, what was ruled out, and what could not be seen. Slower than the other tools: use it for "why", after metrics and alerts have told what.',
    userDescription: 'Causes of load, growth, logouts and full connections',
    icon: 'search-fuzzy',
    input: {
      symptom: {
        type: 'string',
        enum: ['load', 'growth', 'loggedOut', 'connections'],
        description:
          'load: high database load. growth: the session table grows. loggedOut: users get logged out. connections: they run out. Without it all causes are looked for.',
      },
    },
  },
} as const satisfies Readonly<Record<string, LanguageModelToolRow>>;
