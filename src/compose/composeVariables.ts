import { parseEnv } from 'node:util';

/** Variables in compose files, as Compose resolves them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** The environment wins over the `.env` beside the compose file. */
export function composeVariables(dotenv: string | undefined, environment: Variables): Variables {
  return { ...(dotenv === undefined ? {} : parseEnv(dotenv)), ...environment };
}

const VARIABLE = /\$(?:\$|(?<bare>[A-Za-z_]\w*)|\{(?<name>[A-Za-z_]\w*)(?:(?<operator>:?[-?+])(?<word>[^}]*))?\})/gu;

/**
 * Replaces $NAME, ${NAME}, ${NAME:-default}, ${NAME-default}, ${NAME:+other}, ${NAME+other} and $$; ${NAME:?message} of a
 * variable that is missing becomes empty. Nested expressions are left as they are.
 * @see https://docs.docker.com/reference/compose-file/interpolation/
 */
export function interpolate(text: string, variables: Variables): string {
  return text.replace(VARIABLE, (whole, ...rest) => {
    if (whole === '$$') return '$';
    const groups = rest.at(-1) as Readonly<Record<'bare' | 'name' | 'operator' | 'word', string | undefined>>;
    const value = variables[groups.bare ?? groups.name ?? ''];
    const operator = groups.operator ?? '';
    const isSet = operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
    const word = groups.word ?? '';
    if (operator.endsWith('-')) return isSet ? (value ?? '') : word;
    if (operator.endsWith('+')) return isSet ? word : '';
    return value ?? '';
  });
}

/**
 * The name of the project without one being set: that of the folder, in lower case, without what is not a letter, digit,
 * hyphen or underscore.
 * @see https://docs.docker.com/compose/how-tos/project-name/
 */
export function projectNameOf(folderName: string): string {
  return folderName
    .toLowerCase()
    .replace(/[^a-z0-9_-]/gu, '')
    .replace(/^[_-]+/u, '');
}
