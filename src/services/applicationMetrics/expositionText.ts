import { LineReader } from './expositionLine.ts';

/**
 * The Prometheus text format 0.0.4 and OpenMetrics 1.0, as far as samples go. An own parser: of the npm packages for it
 * none reads OpenMetrics (exemplars, quoted names), they give up at the first broken line, and none was changed in years.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/
 */

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Name and labels in one order: the same for the same series in every scrape. */
  readonly series: string;
}

/** Lines that were left out, and the first of them for people. */
export interface LeftOut {
  readonly count: number;
  readonly first?: { readonly line: number; readonly text: string; readonly why: string };
}

export interface Exposition {
  /** Those that `keep` wanted, in their order; of a series that is there twice the first, as Prometheus takes it. */
  readonly samples: readonly Sample[];
  /** All lines with a sample, kept or not. */
  readonly sampleLines: number;
  readonly broken: LeftOut;
  readonly duplicates: LeftOut;
  /** OpenMetrics ends with "# EOF"; without it the end was cut off. Always true for the older format. */
  readonly complete: boolean;
}

export interface ParseOptions {
  /** Samples of other names are passed over, which makes a large page cheap. */
  readonly keep?: (name: string) => boolean;
  readonly openMetrics?: boolean;
}

class Tally implements LeftOut {
  count = 0;
  first?: NonNullable<LeftOut['first']>;

  add(line: number, text: string, why: string): void {
    this.count++;
    this.first ??= { line, text: text.slice(0, 120), why };
  }
}

export function parseExposition(text: string, options: ParseOptions = {}): Exposition {
  const samples: Sample[] = [];
  const seen = new Set<string>();
  const broken = new Tally();
  const duplicates = new Tally();
  const wanted = new Map<string, boolean>();
  const keep = (name: string): boolean => {
    let answer = wanted.get(name);
    if (answer === undefined) wanted.set(name, (answer = options.keep?.(name) ?? true));
    return answer;
  };
  let sampleLines = 0;
  let lineNumber = 0;
  let ended = false;
  for (let from = 0; from < text.length && !ended;) {
    const newline = text.indexOf('\n', from);
    const to = newline === -1 ? text.length : newline;
    const line = text.slice(from, to).trim();
    from = to + 1;
    lineNumber++;
    if (line === '') continue;
    if (line.startsWith('#')) {
      ended = line === '# EOF';
      continue;
    }
    try {
      const sample = readSample(line, keep);
      sampleLines++;
      if (sample === undefined) continue;
      if (seen.has(sample.series)) duplicates.add(lineNumber, line, 'The series is there already.');
      else samples.push(sample);
      seen.add(sample.series);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      broken.add(lineNumber, line, error.message);
    }
  }
  return { samples, sampleLines, broken, duplicates, complete: ended || options.openMetrics !== true };
}

/** undefined: it is not wanted. Throws a SyntaxError. */
function readSample(line: string, keep: (name: string) => boolean): Sample | undefined {
  const reader = new LineReader(line);
  const plainName = reader.name();
  if (plainName !== '' && !keep(plainName)) {
    reader.expectValue();
    return undefined;
  }
  const labels: Record<string, string> = {};
  const quotedName = reader.labels(labels);
  const name = plainName === '' ? quotedName : plainName;
  if (name === undefined || (plainName !== '' && quotedName !== undefined))
    throw new SyntaxError('It has no one name.');
  if (!keep(name)) return undefined;
  return { name, labels, value: reader.value(), series: seriesKey(name, labels) };
}

/** Exporters write labels in one order as a rule; then nothing has to be sorted. */
function seriesKey(name: string, labels: Readonly<Record<string, string>>): string {
  const names = Object.keys(labels);
  if (names.some((label, i) => i > 0 && (names[i - 1] ?? '') > label)) names.sort();
  return names.reduce((key, label) => `${key}\n${label}=${(labels[label] ?? '').replaceAll('\n', '\\n')}`, name);
}
