import { SETTING } from '../http/address.ts';

/** What to add to a project that publishes nothing yet. */

export interface AdviceStep {
  /** A sentence: what to do, and where. */
  readonly what: string;
  /** Lines to copy. */
  readonly code: string;
  readonly language: 'shellscript' | 'python' | 'ini';
}

/** The first and the last line of MIDDLEWARE: all the rest is between them. */
export const MIDDLEWARE_FIRST = '"django_prometheus.middleware.PrometheusBeforeMiddleware",';
export const MIDDLEWARE_LAST = '"django_prometheus.middleware.PrometheusAfterMiddleware",';
/** A line of urlpatterns; it makes the address /metrics. */
export const URL_LINE = 'path("", include("django_prometheus.urls")),';

export const NOT_CONFIGURED = {
  title: 'No application metrics yet',
  text:
    'Response times, requests and errors are read from what the project publishes itself (django-prometheus or any other ' +
    'exporter for Prometheus), or from a Prometheus server that collects it already.',
  steps: [
    { what: 'Install django-prometheus.', code: 'pip install django-prometheus', language: 'shellscript' },
    {
      what: 'Let one of these two lines be the first and the other the last of MIDDLEWARE in the settings.',
      code: `${MIDDLEWARE_FIRST}\n${MIDDLEWARE_LAST}`,
      language: 'python',
    },
    {
      what: 'Add this to urlpatterns in the root urls.py (include is imported from django.urls).',
      code: URL_LINE,
      language: 'python',
    },
    {
      what: 'With more than one worker process, start the server with this variable: the path of a folder that is there and is emptied before each start.',
      code: 'PROMETHEUS_MULTIPROC_DIR=/run/myproject/metrics',
      language: 'ini',
    },
  ],
  last: `Then restart the application and set ${SETTING}.metricsUrl to its address, such as http://127.0.0.1:8000/metrics. Keep that address from being reached from outside.`,
} as const satisfies { title: string; text: string; steps: readonly AdviceStep[]; last: string };

/** One sentence, for figures that can't be known as the worker processes count apart. */
export const SEVERAL_WORKERS_ADVICE =
  'Start the workers with PROMETHEUS_MULTIPROC_DIR set to an empty folder, so that each answers for all; behind a load balancer use a Prometheus server instead.';
