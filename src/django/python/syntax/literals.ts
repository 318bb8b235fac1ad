/** String literals as they are written. */

export function isStringNode(node: { readonly name: string }): boolean {
  return node.name === 'String' || node.name === 'FormatString';
}

/** Whether a string literal, f-string or not, ends with the quotes that it began with; the grammar lets it end with its line. */
export function isClosedString(text: string): boolean {
  const [whole = '', quote = ''] = /^[A-Za-z]*("""|'''|"|')/.exec(text) ?? [];
  if (quote === '' || text.length < whole.length + quote.length || !text.endsWith(quote)) return false;
  const backslashes = /\\*$/.exec(text.slice(whole.length, -quote.length))?.[0].length ?? 0;
  return backslashes % 2 === 0;
}
