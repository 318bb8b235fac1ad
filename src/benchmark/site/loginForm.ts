/** A form with a password, as far as it has to be known to be sent. */
export interface LoginForm {
  readonly action: URL;
  readonly userField: string;
  readonly passwordField: string;
  /** Hidden fields, the token against forgery among them. */
  readonly hidden: ReadonlyMap<string, string>;
}

/** The first form of a page that asks for exactly one password; undefined: there is none. More than one belongs to a new password. */
export function findLoginForm(html: string, page: URL): LoginForm | undefined {
  for (const [, attributes = '', content = ''] of html.matchAll(/<form\b([^>]*)>(.*?)<\/form\s*>/gisu)) {
    const inputs = [...content.matchAll(/<input\b([^>]*)>/gisu)].map(([, text = '']) => attributesOf(text));
    const passwords = inputs.filter((input) => typeOf(input) === 'password');
    const user = inputs.find((input) => USER_TYPES.has(typeOf(input)) && input.has('name'));
    const [password] = passwords;
    if (passwords.length !== 1 || user === undefined || password === undefined) continue;
    const hidden = inputs.filter((input) => typeOf(input) === 'hidden' && input.has('name'));
    const action = attributesOf(attributes).get('action') ?? '';
    return {
      action: new URL(action === '' ? page.href : action, page),
      userField: user.get('name') ?? '',
      passwordField: password.get('name') ?? '',
      hidden: new Map(hidden.map((input) => [input.get('name') ?? '', input.get('value') ?? ''])),
    };
  }
  return undefined;
}

const USER_TYPES: ReadonlySet<string> = new Set(['text', 'email', 'tel', '']);

function typeOf(input: ReadonlyMap<string, string>): string {
  return (input.get('type') ?? '').toLowerCase();
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  const found = text.matchAll(/([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gu);
  return new Map(
    [...found].map(([, name = '', double, single, bare]) => [
      name.toLowerCase(),
      decoded(double ?? single ?? bare ?? ''),
    ]),
  );
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#x27': "'", '#39': "'" };

function decoded(text: string): string {
  return text.replaceAll(/&(#x27|#39|\w+);/gu, (all, name: string) => ENTITIES[name.toLowerCase()] ?? all);
}
