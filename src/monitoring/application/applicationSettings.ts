import { createHash } from 'node:crypto';
import { clamped, rangeText, type NumberRange } from '../../common/numberRange.ts';
import { Problem } from '../../common/problem.ts';
import { NUMBER_RANGES } from '../../contributions.ts';
import { APPLICATION_DEFAULTS, type ApplicationSettings } from '../../services/createApplicationSources.ts';
import { parseAddress, SETTING } from '../../services/http/address.ts';
import { parsePrometheusAddress } from '../../services/prometheus/prometheusApi.ts';

export interface CheckedApplicationSettings {
  readonly settings: ApplicationSettings;
  /** What settings.json has and can't be used; the default stands for it. */
  readonly problems: readonly Problem[];
}

/** Checks what settings.json has, which may be anything; `read` gives one setting of the section. */
export function checkApplicationSettings(
  read: (key: keyof ApplicationSettings) => unknown,
): CheckedApplicationSettings {
  const problems: Problem[] = [];
  const entries = Object.entries(APPLICATION_DEFAULTS).map(([key, fallback]: [string, unknown]) => {
    const value = read(key as keyof ApplicationSettings);
    const range = RANGES[`application.${key}`];
    const held = range === undefined ? value : clamped(value, range);
    const used = typeof held === typeof fallback ? held : fallback;
    if (used !== value && value !== undefined) problems.push(unusable(key, value, used, range));
    return [key, used];
  });
  return { settings: Object.fromEntries(entries) as ApplicationSettings, problems };
}

const RANGES: Readonly<Record<string, NumberRange | undefined>> = NUMBER_RANGES;

function unusable(key: string, value: unknown, used: unknown, range: NumberRange | undefined): Problem {
  const shape = range === undefined ? `a ${typeof used}` : rangeText(range);
  return new Problem({
    code: 'setting-invalid',
    what: `The setting ${SETTING}.${key} can’t be used`,
    // Not repeated where it may be an address with a password.
    why: `It has to be ${shape}${typeof value === 'string' ? '' : `, not ${JSON.stringify(value)}`}.`,
    next: `Correct it; until then ${JSON.stringify(used)} is used.`,
    transient: false,
  });
}

/** One of the two servers that may be set. */
export interface ApplicationServer {
  readonly kind: 'metrics' | 'prometheus';
  readonly label: string;
  /** scheme://host:port: who gets the credentials. */
  readonly origin: string;
}

const SERVERS = [
  { kind: 'metrics', key: 'metricsUrl', label: 'The application’s metrics', parse: parseMetricsAddress },
  { kind: 'prometheus', key: 'prometheusUrl', label: 'The Prometheus server', parse: parsePrometheusAddress },
] as const;

function parseMetricsAddress(text: string): URL {
  return parseAddress(text, `${SETTING}.metricsUrl`);
}

/** Those whose addresses are set and can be used. */
export function serversOf(settings: ApplicationSettings): readonly ApplicationServer[] {
  return SERVERS.flatMap(({ kind, key, label, parse }) => {
    if (settings[key].trim() === '') return [];
    try {
      return [{ kind, label, origin: parse(settings[key]).origin }];
    } catch (error) {
      // Told where the sources are made of the same settings.
      if (error instanceof Problem) return [];
      throw error;
    }
  });
}

/** Tells sources from others without saying what is in the settings: an address may hold a token. */
export function setupKey(settings: ApplicationSettings, problems: readonly Problem[]): string {
  const all = [settings, problems.map(({ message }) => message)];
  return createHash('sha256').update(JSON.stringify(all)).digest('base64url');
}
