import { Problem } from '../../common/problem.ts';

/** What a model asks with: it may be anything, whatever the schema of the tool says. Each throws a Problem that names the parameter. */

export function inputObject(input: unknown, known: readonly string[]): Readonly<Record<string, unknown>> {
  if (input === undefined || input === null) return {};
  if (typeof input !== 'object' || Array.isArray(input))
    throw wrong('The input is not an object.', `Give an object with: ${known.join(', ')}.`);
  const other = Object.keys(input).find((key) => !known.includes(key));
  if (other !== undefined) {
    const next = known.length === 0 ? 'Give an empty object.' : `There are: ${known.join(', ')}.`;
    throw wrong(`"${other.slice(0, 60)}" is not a parameter.`, next);
  }
  return input as Readonly<Record<string, unknown>>;
}

export function choiceIn<T extends string>(value: unknown, name: string, choices: readonly T[]): T | undefined {
  if (value === undefined) return undefined;
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw wrong(`"${name}" is none of what it can be.`, `Give one of: ${choices.join(', ')}.`);
  return found;
}

/** A date and time with its zone, or a day. */
const ISO = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2}))?$/u;

export function dateIn(value: unknown, name: string): Date | undefined {
  if (value === undefined) return undefined;
  const at = typeof value === 'string' && ISO.test(value) ? new Date(value) : undefined;
  if (at === undefined || Number.isNaN(at.getTime()))
    throw wrong(`"${name}" is no date that can be read.`, 'Give ISO 8601 with the time zone: 2026-03-01T00:00:00Z.');
  return at;
}

export function wholeNumberIn(value: unknown, name: string, least: number, most: number): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
    throw wrong(`"${name}" is out of its range.`, `Give a whole number from ${least} to ${most}.`);
  return value;
}

export function wrong(why: string, next: string): Problem {
  return new Problem({ code: 'tool-input', what: 'The question could not be answered', why, next, transient: false });
}
