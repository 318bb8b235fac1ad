/** Rows by columns as lines of text: '' is a tick, what is known by name is a letter that is explained below, with where else it is so. */
export function tableLines(
  columns: readonly string[],
  rows: readonly (readonly [name: string, cells: readonly string[]])[],
): string[] {
  const letters = new Map<string, string>();
  for (const cell of rows.flatMap(([, cells]) => cells))
    if (cell !== '' && !letters.has(cell)) letters.set(cell, letterOf(letters.size));
  const shown = (cell: string): string => (cell === '' ? '✓' : (letters.get(cell) ?? '?'));
  const first = Math.max(...rows.map(([name]) => name.length)) + 1;
  const line = (name: string, cells: readonly string[]): string =>
    name.padEnd(first) + cells.map((cell, i) => ` ${cell.padStart((columns[i] ?? '').length)}`).join('');
  return [
    line('', columns),
    ...rows.map(([name, cells]) => line(name, cells.map(shown))),
    '✓ works',
    ...[...letters].map(([meaning, letter]) => `${letter} ${meaning}`),
  ];
}

/** a to z, then aa, ab, … */
function letterOf(n: number): string {
  const letter = String.fromCharCode(97 + (n % 26));
  return n < 26 ? letter : letterOf(Math.floor(n / 26) - 1) + letter;
}
