/** In one line, without what can't be seen or turns the text around: for names and values that others wrote. */
export function oneLine(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** The same for lists, which draw `$(name)` as an icon. Spaces that indent are kept as such that are not collapsed. */
export function plainLabel(text: string): string {
  return oneLine(text)
    .replace(/^ +/, (spaces) => '\u00a0'.repeat(spaces.length))
    .replaceAll('$(', '$\u2060(');
}
