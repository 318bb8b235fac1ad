import { createHash } from 'node:crypto';
import type { ExportContext } from './exportContext.ts';

/** What tells a table from all others of a server. */
export function tableKey({
  database,
  table: { schema = 'public', name },
}: Pick<ExportContext, 'database' | 'table'>): string {
  return `${database}-${schema}-${name}`;
}

/** A name that every system takes for an id, and for a tag as it is: lower case, digits, hyphens, underscores; the same for the same text. */
export function slug(text: string, most: number): string {
  const plain = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/gu, '-')
    .replaceAll(/^[^a-z]+|[^a-z0-9]+$/gu, '');
  if (plain === text && plain.length <= most) return plain;
  // What was changed or cut off could be the same of two.
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 6);
  return `${plain.slice(0, most - 7)}-${hash}`.replace(/^-/u, 't-');
}

/** A positive integer that is the same for the same text, for systems whose ids are numbers. */
export function numericId(text: string): number {
  return Number.parseInt(createHash('sha256').update(text).digest('hex').slice(0, 7), 16) + 1;
}
