import { holds, OF_WINDOW, type SettingRow } from '../settingRow.ts';

export const ROUTINE_SETTINGS = {
  'routineChecks.additional': {
    ...OF_WINDOW,
    type: 'array',
    default: [],
    holds: holds<readonly unknown[]>(),
    schema: {
      items: {
        type: 'object',
        required: ['id', 'title', 'period'],
        additionalProperties: false,
        properties: {
          id: { type: 'string', pattern: '^[a-z][a-z\\d]*(-[a-z\\d]+)*$', description: 'Its results are kept by it.' },
          title: { type: 'string', minLength: 1, maxLength: 120, description: 'Begins with a verb.' },
          period: { type: 'string', enum: ['daily', 'weekly', 'monthly'] },
          evidence: {
            type: 'object',
            required: ['metric'],
            additionalProperties: false,
            description: 'What it is judged by; without it a person marks it.',
            properties: {
              metric: { type: 'string', description: 'Id of a metric, such as sessions.expired.' },
              minimum: { type: 'number', description: 'It fails where a reading of its period is lower.' },
              maximum: { type: 'number', description: 'It fails where a reading of its period is higher.' },
            },
          },
        },
      },
    },
    description:
      'Routine checks of your team, besides those that are there: `{ "id": "backup-restored", "title": "Restore a backup", "period": "monthly" }`. With `"evidence": { "metric": "sessions.expired", "maximum": 5000 }` it is judged by the history of a metric, in its unit (bytes, seconds, a share of 0 to 1); without, a person marks it.',
  },
  'routineChecks.reminder': {
    ...OF_WINDOW,
    type: 'string',
    default: 'statusBar',
    choices: {
      statusBar: 'The status bar says how many routine checks are overdue.',
      notification: 'The same, and a notification once a day.',
      none: 'Only the view says it.',
    },
    description:
      'How you are reminded of routine checks whose day is over. Nobody is who has not made one on this database yet.',
  },
} as const satisfies Readonly<Record<string, SettingRow>>;
