import { OF_FOLDER, READING, type SettingRow } from '../settingRow.ts';

export const APPLICATION_SETTINGS = {
  // What they are shown to be let in with is stored by their origins (ui/application/applicationCredentials.ts).
  'application.metricsUrl': {
    ...OF_FOLDER,
    names: 'URL',
    type: 'string',
    default: '',
    description:
      'Address of the metrics that the application publishes, such as `http://127.0.0.1:8000/metrics`: response times, requests and errors are read from it. django-prometheus and any other exporter for Prometheus will do. Empty: none.',
  },
  'application.prometheusUrl': {
    ...OF_FOLDER,
    names: 'URL',
    type: 'string',
    default: '',
    description:
      'Address of a Prometheus server (or Thanos, Mimir, VictoriaMetrics) that collects the application’s metrics, such as `http://127.0.0.1:9090`. The figures of now are read from it when `#djangoSessionMonitor.application.metricsUrl#` is empty.',
  },
  'application.prometheusSelector': {
    ...READING,
    type: 'string',
    default: '',
    description:
      'Label matchers that choose the application’s series in Prometheus, such as `job="shop",env="live"`. Empty: all that are found.',
  },
  'application.prometheusTenant': {
    ...READING,
    type: 'string',
    default: '',
    description: 'Tenant that is sent as `X-Scope-OrgID`, for Mimir and others that have several. Empty: none.',
  },
  'application.windowSeconds': {
    ...OF_FOLDER,
    type: 'number',
    default: 60,
    minimum: 1,
    maximum: 86_400,
    description: 'Seconds that rates and quantiles of the application’s own metrics are over.',
  },
  'application.prometheusWindowSeconds': {
    ...OF_FOLDER,
    type: 'number',
    default: 300,
    minimum: 1,
    maximum: 86_400,
    description: 'The same for a Prometheus server: four times its scrape interval or more.',
  },
  'application.timeoutSeconds': {
    ...OF_FOLDER,
    type: 'number',
    default: 10,
    minimum: 1,
    maximum: 600,
    description: 'Seconds after which a server that has not answered completely is given up.',
  },
  'application.maxMegabytes': {
    ...OF_FOLDER,
    type: 'number',
    default: 16,
    minimum: 1,
    maximum: 1024,
    description: 'Megabytes, unpacked, at which reading an answer is stopped.',
  },
  'application.caFile': {
    scope: 'resource',
    names: 'certificate',
    workspace: 'asked',
    harmless: [''],
    type: 'string',
    default: '',
    description:
      'PEM file with the certificate of the server, or of the authority that signed it; absolute or relative to the workspace folder. Empty: the authorities that are trusted anyway.',
  },
  'application.acceptAnyCertificate': {
    scope: 'resource',
    names: 'certificate',
    workspace: 'asked',
    harmless: [false],
    type: 'boolean',
    default: false,
    description:
      'Accepts any certificate, so that nobody knows who answers and who gets the credentials. Better name the certificate in `#djangoSessionMonitor.application.caFile#`.',
  },
  'application.latencyHistogram': {
    ...OF_FOLDER,
    type: 'string',
    default: '',
    description: 'Name of the histogram of response times. Empty: found by itself.',
  },
  'application.requestsCounter': {
    ...OF_FOLDER,
    type: 'string',
    default: '',
    description: 'Name of the counter of requests. Empty: found by itself, else the count of the histogram.',
  },
  'application.statusCounter': {
    ...OF_FOLDER,
    type: 'string',
    default: '',
    description: 'Name of the counter of answers by status. Empty: found by itself.',
  },
  'application.statusLabel': {
    ...OF_FOLDER,
    type: 'string',
    default: '',
    description: 'Name of its label that holds the status. Empty: found by itself.',
  },
} as const satisfies Readonly<Record<string, SettingRow>>;
