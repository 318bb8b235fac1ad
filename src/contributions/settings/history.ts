import { READING, type SettingRow } from '../settingRow.ts';

export const HISTORY_SETTINGS = {
  'history.source': {
    ...READING,
    type: 'string',
    default: 'store',
    choices: {
      store: { label: 'This editor', description: 'What this editor has read itself, kept for two years.' },
      prometheus: {
        label: 'Prometheus',
        description:
          'The Prometheus server in `#djangoSessionMonitor.application.prometheusUrl#`, for all charts that it has figures of: months that many people share. The others stay with this editor and say so.',
      },
    },
    description: 'Where the charts of the dashboard get the past from.',
  },
  'history.prometheusSelector': {
    ...READING,
    type: 'string',
    default: '',
    description:
      'Label matchers that choose the database server’s series in Prometheus, such as `instance="db1:9187"`. Needed only where it reads several servers that have a database of this name.',
  },
  'history.prometheusQueries': {
    ...READING,
    type: 'object',
    default: {},
    description:
      'PromQL for what postgres_exporter does not publish, by the id of the metric, such as `{ "sessions.total": "shop_sessions" }`; others are `sessions.active`, `sessions.expired`, `statements.meanTime` (milliseconds), `table.heap`, `table.toast`, `table.live`, `table.dead` and `table.reusable` (bytes). Each has to give a single series. It takes precedence over what the extension asks by itself.',
  },
} as const satisfies Readonly<Record<string, SettingRow>>;
