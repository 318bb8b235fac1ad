/** A text without blanks around it; undefined: nothing is left, so it counts as not set. */
export function filled(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}
