import { Problem } from '../../common/problem.ts';

/** What a server is shown to be let in. Kept in SecretStorage; never in a setting, an error or a log. */
export type Credentials =
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string };

/** Asked for at each request, so that a changed secret is used at once; undefined: none is stored. */
export type AskCredentials = () => Promise<Credentials | undefined>;

/** The value of the Authorization header (RFC 7617, RFC 6750). Throws a `Problem` for what a header can't hold. */
export function authorization(credentials: Credentials, what: string): string {
  if (credentials.kind === 'basic') {
    const { user, password } = credentials;
    if (user.includes(':')) throw unusable(what, 'A user name for basic authentication can’t hold a colon.');
    return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
  }
  const token = credentials.token.trim();
  if (!/^[\x21-\x7e]+$/u.test(token))
    throw unusable(what, 'A bearer token is one word of ASCII characters, and the stored one is not.');
  return `Bearer ${token}`;
}

/** Takes the secret out of a text that a server wrote, in case that it repeats what it was sent. */
export function withoutSecret(text: string, credentials: Credentials | undefined): string {
  if (credentials === undefined) return text;
  const secret = credentials.kind === 'basic' ? credentials.password : credentials.token.trim();
  const forms = [secret, authorization(credentials, '').replace(/^\w+ /u, '')];
  return forms.reduce((rest, form) => (form === '' ? rest : rest.replaceAll(form, '•••')), text);
}

function unusable(what: string, why: string): Problem {
  return new Problem({
    code: 'bad-credentials',
    what,
    why,
    next: 'Store the credentials again.',
    transient: false,
  });
}
