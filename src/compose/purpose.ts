import path from 'node:path';

/** What compose files are for, by their names. 'default': what `docker compose up` takes. */
export type Purpose = 'local' | 'default' | 'other' | 'test' | 'production';

/** First match wins: docker-compose.test.prod.yml is no production. What is for both, as dev-prod-db, is neither. */
const WORDS: readonly (readonly [Purpose, RegExp])[] = [
  ['test', /^(?:tests?|testing|ci|e2e|github|travis)$/iu],
  ['local', /^(?:dev|devel|develop|development|local|debug|override|devcontainer)$/iu],
  ['production', /^(?:prod|production|live|deploy|staging|stage|stg|release|swarm)$/iu],
];

/** Those that a person works with on this machine come first. */
const ORDER: readonly Purpose[] = ['local', 'default', 'other', 'production', 'test'];

export function purposeOf(files: readonly string[]): Purpose {
  const words = files.flatMap((file) => [
    ...path
      .basename(path.dirname(file))
      .replace(/^\./u, '')
      .split(/[\s._-]+/u)
      .slice(0, 1),
    ...path.basename(file).split(/[._-]/u),
  ]);
  const names = files.flatMap((file) => path.basename(file).split(/[._-]/u));
  for (const candidates of [names, words]) {
    const found = WORDS.filter(([, pattern]) => candidates.some((word) => pattern.test(word))).map(
      ([purpose]) => purpose,
    );
    if (found.includes('local') && found.includes('production')) return 'other';
    if (found[0] !== undefined) return found[0];
  }
  return files.some((file) => /^(?:docker-)?compose\.ya?ml$/iu.test(path.basename(file))) ? 'default' : 'other';
}

export function byPurpose(one: { readonly purpose: Purpose }, other: { readonly purpose: Purpose }): number {
  return ORDER.indexOf(one.purpose) - ORDER.indexOf(other.purpose);
}
