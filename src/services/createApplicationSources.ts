import path from 'node:path';
import { Problem } from '../common/problem.ts';
import type { ApplicationSource } from './applicationMetrics/applicationReading.ts';
import { MetricsSource } from './applicationMetrics/metricsSource.ts';
import type { NameOverrides } from './applicationMetrics/requestMetrics.ts';
import { parseAddress, SETTING } from './http/address.ts';
import type { AskCredentials } from './http/credentials.ts';
import { parsePrometheusAddress } from './prometheus/prometheusApi.ts';
import { PrometheusSource } from './prometheus/prometheusSource.ts';
import { parseSelector } from './prometheus/promql.ts';

/** The settings djangoSessionMonitor.application.*; empty means that nothing is set. */
export interface ApplicationSettings {
  readonly metricsUrl: string;
  readonly prometheusUrl: string;
  readonly prometheusSelector: string;
  readonly prometheusTenant: string;
  readonly windowSeconds: number;
  readonly prometheusWindowSeconds: number;
  readonly timeoutSeconds: number;
  readonly maxMegabytes: number;
  /** Absolute, or relative to the workspace folder. */
  readonly caFile: string;
  readonly acceptAnyCertificate: boolean;
  readonly latencyHistogram: string;
  readonly requestsCounter: string;
  readonly statusCounter: string;
  readonly statusLabel: string;
}

/** Defaults of the settings, and their least values. */
export const APPLICATION_DEFAULTS: ApplicationSettings = {
  metricsUrl: '',
  prometheusUrl: '',
  prometheusSelector: '',
  prometheusTenant: '',
  windowSeconds: 60,
  prometheusWindowSeconds: 300,
  timeoutSeconds: 10,
  maxMegabytes: 16,
  caFile: '',
  acceptAnyCertificate: false,
  latencyHistogram: '',
  requestsCounter: '',
  statusCounter: '',
  statusLabel: '',
};

export interface ApplicationParts {
  /** For each of the two servers its own. */
  readonly metricsCredentials?: AskCredentials;
  readonly prometheusCredentials?: AskCredentials;
  /** The workspace folder, which a relative `caFile` is in. */
  readonly folder?: string;
}

export interface ApplicationSources {
  /** What tells the figures of now: /metrics where it is set, else Prometheus. undefined: see NOT_CONFIGURED. */
  readonly live?: ApplicationSource;
  /** What knows the past. */
  readonly history?: PrometheusSource;
  /** Settings that can't be used; their source is missing then. */
  readonly problems: readonly Problem[];
}

/** The sources that the settings name. Nothing is asked yet. */
export function createApplicationSources(
  settings: ApplicationSettings,
  parts: ApplicationParts = {},
): ApplicationSources {
  const problems: Problem[] = [];
  const common = {
    timeoutMs: atLeast(settings.timeoutSeconds, 1, APPLICATION_DEFAULTS.timeoutSeconds) * 1_000,
    maxBytes: atLeast(settings.maxMegabytes, 1, APPLICATION_DEFAULTS.maxMegabytes) * 1_048_576,
    trust: {
      caFile: settings.caFile === '' ? '' : path.resolve(parts.folder ?? '.', settings.caFile),
      acceptAnyCertificate: settings.acceptAnyCertificate,
    },
    names: namesOf(settings),
  };
  const metrics = unlessEmpty(settings.metricsUrl, problems, (text) => {
    return new MetricsSource({
      ...common,
      address: parseAddress(text, `${SETTING}.metricsUrl`),
      windowSeconds: atLeast(settings.windowSeconds, 1, APPLICATION_DEFAULTS.windowSeconds),
      ...(parts.metricsCredentials && { credentials: parts.metricsCredentials }),
    });
  });
  const history = unlessEmpty(settings.prometheusUrl, problems, (text) => {
    return new PrometheusSource({
      ...common,
      address: parsePrometheusAddress(text),
      selector: parseSelector(settings.prometheusSelector),
      tenant: settings.prometheusTenant.trim(),
      windowSeconds: atLeast(settings.prometheusWindowSeconds, 1, APPLICATION_DEFAULTS.prometheusWindowSeconds),
      ...(parts.prometheusCredentials && { credentials: parts.prometheusCredentials }),
    });
  });
  const live = metrics ?? history;
  return { ...(live && { live }), ...(history && { history }), problems };
}

function namesOf(settings: ApplicationSettings): NameOverrides {
  const { latencyHistogram, requestsCounter, statusCounter, statusLabel } = settings;
  return { latencyHistogram, requestsCounter, statusCounter, statusLabel };
}

/** Settings are edited by hand: what is no number of the range counts as not set. */
function atLeast(value: number, least: number, otherwise: number): number {
  return Number.isFinite(value) && value >= least ? Math.floor(value) : otherwise;
}

function unlessEmpty<T>(text: string, problems: Problem[], create: (text: string) => T): T | undefined {
  if (text.trim() === '') return undefined;
  try {
    return create(text);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    problems.push(problem);
    return undefined;
  }
}
