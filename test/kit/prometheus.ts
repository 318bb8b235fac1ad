import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureTool } from './apt.ts';
import { run, spawnGuarded } from './process.ts';
import { freePort } from './serverProcess.ts';

export interface PrometheusOptions {
  /** What it reads, by the name of the job. */
  readonly jobs: Readonly<Record<string, readonly URL[]>>;
  readonly scrapeIntervalMs?: number;
  /** Default: a free one. */
  readonly port?: number;
  /** Served below this path, "/prom"; default: at the root. */
  readonly prefix?: string;
  /** Web configuration of the exporter toolkit in YAML, for TLS and basic authentication; paths in it are absolute. */
  readonly web?: string;
  /** 'https' when `web` has a certificate. */
  readonly protocol?: 'http' | 'https';
  /** Text of a rule file. */
  readonly rules?: string;
  /** Of every job, as its configuration has them. */
  readonly metricRelabelConfigs?: readonly unknown[];
  /** What it is to know of the time before, in OpenMetrics: samples with times, without the EOF. */
  readonly past?: string;
}

export interface TestPrometheus {
  /** With the prefix, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  output(): string;
  stop(): Promise<void>;
}

const START_MS = 30_000;
const READY = 'Server is ready to receive web requests.';

/** A real Prometheus of Debian with its data in a temporary folder. */
export async function startPrometheus(options: PrometheusOptions): Promise<TestPrometheus> {
  const prometheus = await ensureTool('prometheus');
  const promtool = await ensureTool('promtool');
  const { port = await freePort(), prefix = '', protocol = 'http', scrapeIntervalMs = 1_000 } = options;
  const folder = await mkdtemp(join(tmpdir(), 'dsm-prometheus-'));
  const config = join(folder, 'prometheus.yml');
  const rules = join(folder, 'rules.yml');
  if (options.rules !== undefined) await writeFile(rules, options.rules);
  await writeFile(config, configText(options, scrapeIntervalMs, options.rules === undefined ? [] : [rules]));
  await run(promtool, ['check', 'config', config]);
  if (options.past !== undefined) {
    const past = join(folder, 'past.txt');
    await writeFile(past, `${options.past}\n# EOF\n`);
    await run(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', past, join(folder, 'data')]);
  }
  const web = join(folder, 'web.yml');
  if (options.web !== undefined) await writeFile(web, options.web);
  const url = `${protocol}://127.0.0.1:${port}${prefix}`;
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    `--web.external-url=${url}`,
    ...(options.web === undefined ? [] : [`--web.config.file=${web}`]),
  ];
  const server = spawnGuarded(prometheus, args, { remove: [folder], graceMs: 10_000 });
  const end = Date.now() + START_MS;
  while (!server.output().includes(READY)) {
    if (!server.isRunning() || Date.now() > end) {
      await server.stop();
      throw new Error(`Prometheus did not start:\n${server.output().slice(-3_000)}`);
    }
    await sleep(20);
  }
  return { url, port, output: () => server.output(), stop: () => server.stop() };
}

/** JSON is YAML. */
function configText(options: PrometheusOptions, intervalMs: number, ruleFiles: readonly string[]): string {
  const { jobs, metricRelabelConfigs = [] } = options;
  return JSON.stringify({
    rule_files: ruleFiles,
    global: { scrape_interval: `${intervalMs}ms`, scrape_timeout: `${intervalMs}ms` },
    scrape_configs: Object.entries(jobs).map(([name, urls]) => ({
      job_name: name,
      metric_relabel_configs: metricRelabelConfigs,
      metrics_path: urls[0]?.pathname ?? '/metrics',
      static_configs: [{ targets: urls.map((url) => url.host) }],
    })),
  });
}
