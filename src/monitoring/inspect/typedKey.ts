/** What a person has typed or pasted: a key alone, or a cookie with its name. Complaints never repeat it. */

/** Django takes no key shorter than this for one; the column has 40 characters, of models of a project's own more. */
const SHORTEST = 8;
const LONGEST = 255;

export type TypedKey = { readonly key: string } | { readonly complaint: string };

export function typedKey(typed: string, cookieName = 'sessionid'): TypedKey {
  const escaped = cookieName.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const [, inCookie] = new RegExp(`(?:^|[;\\s])${escaped}\\s*=\\s*"?([^;"\\s]+)`).exec(typed) ?? [];
  const key =
    inCookie ??
    typed
      .trim()
      .replace(/^(["'])(.*)\1$/, '$2')
      .trim();
  if (key.length < SHORTEST) return { complaint: `Enter the session key: the value of the cookie ${cookieName}.` };
  if (key.split(':').length === 3)
    return {
      complaint:
        'This is a signed value and no key: with signed_cookies the session is in the cookie itself, and nothing of it in the database.',
    };
  if (key.length > LONGEST || /[\s;=,\p{C}]/u.test(key))
    return { complaint: 'This is no session key: enter the value of one cookie, without its name.' };
  return { key };
}
