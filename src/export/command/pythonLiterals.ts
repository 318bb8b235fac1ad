/** Texts of ours as Python. */

export function python(value: boolean): string {
  return value ? 'True' : 'False';
}

/** JSON's escapes are Python's too. */
export function text(value: string): string {
  return JSON.stringify(value);
}

export function tupleOf(values: readonly string[]): string {
  return values.length === 1 ? `(${text(values[0] ?? '')},)` : `(${values.map(text).join(', ')})`;
}

/** Raw, as it is read; nothing of ours has three quotes in a row, or ends with one. */
export function raw(value: string): string {
  return `r"""${value}"""`;
}
