import { Malformed } from '../../common/decode.ts';
import { unknown } from '../../common/measured.ts';
import { lightShape } from '../../postgres/table/readingShapes.ts';
import type { SessionMetrics } from '../../postgres/table/readings.ts';
import { notMetrics } from './commandProblems.ts';

/** How the JSON of `session_metrics` calls itself. */
export const METRICS_FORMAT = 'django-session-metrics';
/** Changes with what a reader that knows the one before can't read. */
export const METRICS_VERSION = 1;

const NOT_TOLD = unknown(
  'The command does not tell it.',
  'Export session_metrics.py anew with this version of the extension, and deploy it.',
);
const shape = lightShape(NOT_TOLD);

const EXPORT_ANEW = 'Run "Export to Monitoring Systems…" for the session_metrics.py of this version, and deploy it.';
const ISO_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/**
 * One line of JSON, which stands among whatever else the command may print (a banner of ssh, a print in the settings).
 * @param arrived this machine's time: the clock of the other one says nothing here
 * @throws Problem
 */
export function parseMetrics(text: string, arrived: Date): SessionMetrics {
  const lines = text.split('\n').filter((line) => line.startsWith('{'));
  const found = lines.map((line) => parsed(line, arrived)).findLast((value) => value?.['format'] === METRICS_FORMAT);
  if (found === undefined)
    throw notMetrics(
      'metrics-not-json',
      text.trim() === '' ? 'It printed nothing.' : 'It is not the JSON of session_metrics.',
      'See that the command ends in: manage.py session_metrics --format json.',
    );
  if (found['version'] !== METRICS_VERSION)
    throw notMetrics(
      'metrics-version',
      `Its format is version ${JSON.stringify(found['version'] ?? null).slice(0, 20)}, and this extension reads version ${METRICS_VERSION}.`,
      EXPORT_ANEW,
    );
  try {
    return shape({ ...found, at: arrived });
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw notMetrics('metrics-invalid', `${error.message}.`, EXPORT_ANEW);
  }
}

/** Times as dates, and each figure with the time of its arrival. undefined: it is not JSON, or no object. */
function parsed(line: string, at: Date): Readonly<Record<string, unknown>> | undefined {
  const revive = (_: string, value: unknown): unknown => {
    if (typeof value === 'string' && ISO_DATE.test(value)) return new Date(value);
    return typeof value === 'object' && value !== null && 'how' in value ? { ...value, at } : value;
  };
  try {
    return JSON.parse(line, revive) as Readonly<Record<string, unknown>>; // it begins with a brace
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
