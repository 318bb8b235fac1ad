/** JSON that keeps dates: what one window reads, another gets as it was. */

const DATE = '$date';

export function stringifyShared(value: unknown): string {
  return JSON.stringify(withDates(value));
}

/** @throws SyntaxError */
export function parseShared(text: string): unknown {
  return JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || !(DATE in value)) return value;
    return new Date(Number(value[DATE]));
  });
}

/** JSON.stringify asks a date for its text before it asks anybody else, so dates are exchanged first. */
function withDates(value: unknown): unknown {
  if (value instanceof Date) return { [DATE]: value.getTime() };
  if (Array.isArray(value)) return value.map(withDates);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, withDates(own)]));
}
