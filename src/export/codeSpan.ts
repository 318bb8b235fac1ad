/**
 * A name as code in Markdown, whatever stands in it: names of connections and databases are written by people, servers and repositories,
 * and a README is looked at in a preview. In one line, between more backticks than it has in a row.
 */
export function codeSpan(name: string): string {
  const line = name.replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  const longest = Math.max(0, ...[...line.matchAll(/`+/gu)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${line}${fence}` : `${fence} ${line} ${fence}`;
}
