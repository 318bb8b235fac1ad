/** A value of an enumeration, which GraphQL writes without quotes. */
export interface EnumValue {
  readonly enumValue: string;
}

export function enumValue(name: string): EnumValue {
  return { enumValue: name };
}

/** A value as GraphQL has it in a query. @param depth of the indentation */
export function graphqlValue(value: unknown, depth: number): string {
  const lines = (open: string, items: readonly string[], close: string): string =>
    [open, ...items.map((item) => `${'  '.repeat(depth + 1)}${item}`), `${'  '.repeat(depth)}${close}`].join('\n');
  if (Array.isArray(value)) {
    return lines(
      '[',
      value.map((item) => graphqlValue(item, depth + 1)),
      ']',
    );
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isEnumValue(value)) return value.enumValue;
  return lines(
    '{',
    Object.entries(value).map(([key, item]) => `${key}: ${graphqlValue(item, depth + 1)}`),
    '}',
  );
}

function isEnumValue(value: object): value is EnumValue {
  return 'enumValue' in value;
}
