import { PREFIX } from '../../src/contributions/ids.ts';

/**
 * package.json's texts, which stand in package.nls.json by keys, and in package.nls.de.json in German; VS Code puts in its place what
 * stands for %key%. English stands in the typed tables.
 * @see https://github.com/microsoft/vscode-l10n
 */
export type Texts = Readonly<Record<string, string>>;

/** Properties that people read. What a model reads (modelDescription, inputSchema) stays as it is. */
const READ = new Set([
  'title',
  'category',
  'contextualTitle',
  'contents',
  'description',
  'markdownDescription',
  'displayName',
  'userDescription',
  'altText',
  'enumDescriptions',
  'markdownEnumDescriptions',
  'enumItemLabels',
]);
const FOR_MODELS = 'inputSchema';

/** What stands in many places, and is one text. */
const SHARED: Readonly<Record<string, string>> = { 'Django Sessions': 'name' };

/** The manifest with %keys% instead of its texts, and the texts. */
export function localized<M extends object>(manifest: M): { readonly manifest: M; readonly texts: Texts } {
  const texts = new Map<string, string>();
  const keyOf = (path: readonly string[], text: string): string => {
    const key = SHARED[text] ?? shortened(path.join('.'));
    const known = texts.get(key);
    if (known !== undefined && known !== text) throw new Error(`Two texts have the key ${key}`);
    texts.set(key, text);
    return `%${key}%`;
  };
  const walk = (value: unknown, path: readonly string[], read: boolean, names?: readonly string[]): unknown => {
    if (typeof value === 'string') return read ? keyOf(path, value) : value;
    if (Array.isArray(value))
      return value.map((one: unknown, i) => walk(one, [...path, names?.[i] ?? nameOf(one, i)], read));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, of]) => {
        if (name === FOR_MODELS) return [name, of];
        const isText = READ.has(name) || (name === 'name' && path[1] === 'views');
        // A property of a schema may be named as a text is.
        const isRead = isText && (typeof of === 'string' || Array.isArray(of));
        const choices = /enum/i.test(name) ? (value as { readonly enum?: readonly string[] }).enum : undefined;
        return [name, walk(of, [...path, name], isRead, choices)];
      }),
    );
  };
  const made = walk(manifest, [], false) as M;
  return { manifest: made, texts: Object.fromEntries(texts) };
}

/** The manifest as VS Code shows it in the language of the texts. */
export function resolved<M>(manifest: M, texts: Texts): M {
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') {
      const key = /^%([\w.-]+)%$/.exec(value)?.[1];
      return key === undefined ? value : (texts[key] ?? value);
    }
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, of]) => [name, walk(of)]));
  };
  return walk(manifest) as M;
}

/** An element of an array by what names it, so that its key stays when others come before it. */
function nameOf(element: unknown, index: number): string {
  const { command, id, name: own, title, when } = (element ?? {}) as Readonly<Record<string, unknown>>;
  const name = [command, id, own, title, when].find((one) => typeof one === 'string');
  return name ?? String(index);
}

function shortened(path: string): string {
  return path
    .replace(/^contributes\./, '')
    .replace(/^configuration\.[^.]*\.properties\./, 'settings.')
    .replaceAll(new RegExp(`${PREFIX}[._]`, 'g'), '')
    .replaceAll(' > ', 'Above')
    .replaceAll(/[^\w.-]/g, '');
}
