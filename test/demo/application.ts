import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `/metrics` as django-prometheus publishes it, of an application that answers pages while the demo runs. */

const HISTOGRAM = 'django_http_requests_latency_including_middlewares_seconds';
const REQUESTS = 'django_http_requests_before_middlewares_total';
const STATUS = 'django_http_responses_total_by_status_total';
const BUCKETS = [0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 25, 50, 75, Infinity];
const PAGES_PER_SECOND = 14;
/** Half of the pages take less; the others up to some ten times as long. */
const MEDIAN_SECONDS = 0.034;
const SPREAD = 0.7;
const ERROR_SHARE = 1 / 400;

export interface DemoApplication {
  readonly metricsUrl: string;
  stop(): Promise<void>;
}

export async function startApplication(): Promise<DemoApplication> {
  const counts = BUCKETS.map(() => 0);
  const answers = { '200': 0, '500': 0 };
  let sum = 0;
  let requests = 0;
  let since = performance.now();
  const serve = (): void => {
    const due = ((performance.now() - since) / 1000) * PAGES_PER_SECOND;
    since = performance.now();
    const pages = Math.floor(due) + (Math.random() < due % 1 ? 1 : 0);
    for (let i = 0; i < pages; i++) {
      const seconds = MEDIAN_SECONDS * Math.exp(SPREAD * gaussian());
      BUCKETS.forEach((bound, at) => (counts[at] = (counts[at] ?? 0) + (seconds <= bound ? 1 : 0)));
      sum += seconds;
      answers[Math.random() < ERROR_SHARE ? '500' : '200']++;
    }
    requests += pages;
  };
  const timer = setInterval(serve, 500);
  const text = (): string =>
    [
      `# TYPE ${HISTOGRAM} histogram`,
      ...BUCKETS.map((bound, at) => `${HISTOGRAM}_bucket{le="${bound === Infinity ? '+Inf' : bound}"} ${counts[at]}`),
      `${HISTOGRAM}_sum ${sum}`,
      `${HISTOGRAM}_count ${requests}`,
      `# TYPE ${REQUESTS} counter`,
      `${REQUESTS} ${requests}`,
      `# TYPE ${STATUS} counter`,
      ...Object.entries(answers).map(([status, count]) => `${STATUS}{status="${status}"} ${count}`),
      '',
    ].join('\n');
  const server = createServer((request, response) => {
    const found = request.url === '/metrics';
    response.writeHead(found ? 200 : 404, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    response.end(found ? text() : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    metricsUrl: `http://127.0.0.1:${port}/metrics`,
    stop: () =>
      new Promise((resolve) => {
        clearInterval(timer);
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** Of the standard normal distribution (Box and Muller). */
function gaussian(): number {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}
