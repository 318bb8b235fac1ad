/** What a statement is made of, as far as PostgreSQL and we are sure to read it alike. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'parameter' | 'symbol';
  /** A name as the server looks it up: folded, or without its quotes. Of others the text itself. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/**
 * In the order of trying. Left out, so that a statement with one of them is not read: nested comments, strings with a backslash or
 * a prefix (E'', U&''), dollar quotes. Spaces are those of PostgreSQL, to which any other character outside ASCII is part of a name.
 * @see https://www.postgresql.org/docs/current/sql-syntax-lexical.html
 */
const PATTERNS: readonly (readonly [Token['kind'] | 'nothing', RegExp])[] = [
  ['nothing', /[ \t\r\n\f\v]+|--[^\r\n]*|\/\*(?:(?!\/\*|\*\/)[\s\S])*\*\//y],
  ['parameter', /\$\d+/y],
  ['number', /\d+(?:\.\d+)?(?:e[+-]?\d+)?/iy],
  ['string', /'(?:[^'\\]|'')*'/y],
  ['quoted', /"(?:[^"]|"")+"/y],
  ['word', /(?!u&["'])[a-z_\u0080-\uffff][\w$\u0080-\uffff]*(?!')/iy],
  ['symbol', /(?!\/\*|--)[-(),.;[\]+*/<>=~!@#%^&|?:]/y],
];

/** Undefined: it can't be read with certainty. */
export function tokensOf(text: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  for (let from = 0; from < text.length;) {
    const found = tokenAt(text, from);
    if (found === undefined) return undefined;
    const { kind, to } = found;
    if (kind !== 'nothing') tokens.push({ kind, text: nameOf(kind, text.slice(from, to)), from, to });
    from = to;
  }
  return tokens;
}

function tokenAt(text: string, at: number): { kind: Token['kind'] | 'nothing'; to: number } | undefined {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    if (pattern.test(text)) return { kind, to: pattern.lastIndex };
  }
  return undefined;
}

function nameOf(kind: Token['kind'], text: string): string {
  if (kind === 'word') return text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
  return kind === 'quoted' ? text.slice(1, -1).replaceAll('""', '"') : text;
}
