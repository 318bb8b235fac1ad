/** Names of one pattern that are told apart: code that makes names (`cart_17`, `seen_3f9a`) makes one for each thing. */
const ALIKE = 3;
const LENGTH = 80;

/** A name as it is remembered: in one short line, without what can't be seen or turns the text around. */
export function shortName(name: string): string {
  const seen = name.slice(0, LENGTH + 1).replace(/[\p{C}\p{Z}]+/gu, ' ');
  return seen.length > LENGTH ? `${seen.slice(0, LENGTH - 1)}…` : seen;
}

/** What is in a name that differs from one thing to the next: parts with digits in them, and addresses. */
const PARTS = /[^\W_]*\d[^\W_]*|[^\s@]+@[^\s@]+/g;

/** What names of entries are called, so that they stay few: themselves, or where there are many of one pattern, that. */
export function callNames(names: Iterable<string>): (name: string) => string {
  const patterns = new Map<string, Set<string>>();
  const patternOf = (name: string): string => name.replace(PARTS, '…');
  for (const name of names) {
    const pattern = patternOf(name);
    patterns.set(pattern, (patterns.get(pattern) ?? new Set()).add(name));
  }
  return (name) => {
    const pattern = patternOf(name);
    return (patterns.get(pattern)?.size ?? 0) > ALIKE ? pattern : name;
  };
}
