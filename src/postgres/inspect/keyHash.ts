import { createHash } from 'node:crypto';

/**
 * A session key is what its visitor has instead of a password: whoever knows it is that visitor. So no statement holds one in full (a server
 * may log statements with their values): it is looked for by its first characters, for which there is an index, and told apart by its hash.
 */
export interface KeySought {
  /** A pattern for LIKE. */
  readonly like: string;
  /** SHA-256 of the key as UTF-8. */
  readonly hash: Buffer;
}

/** Of 36 characters each: some two billion, so that hardly ever two keys begin alike. */
const PREFIX = 6;

export function sought(key: string): KeySought {
  const prefix = key.slice(0, PREFIX).replace(/[\\%_]/g, String.raw`\$&`);
  return { like: `${prefix}%`, hash: createHash('sha256').update(key).digest() };
}

/**
 * Whether a row is the one: $n is the pattern, $n+1 the hash. By names in full, for statements that run with the role's own path. PostgreSQL
 * 11 and later.
 */
export function isSought(n: number): string {
  const key = 'session_key::pg_catalog.text';
  return `${key} OPERATOR(pg_catalog.~~) $${n}::pg_catalog.text
     AND pg_catalog.sha256(pg_catalog.convert_to(${key}, 'UTF8')) OPERATOR(pg_catalog.=) $${n + 1}::pg_catalog.bytea`;
}

/** The index is to be used, whatever the statistics of a table that grows and shrinks say. */
export const BY_KEY = { jit: 'off', enable_seqscan: 'off' };

/** For the eye: enough to tell two of them apart, and no use to anybody. */
export function shortKey(key: string): string {
  return `${key.slice(0, 4)}…`;
}
