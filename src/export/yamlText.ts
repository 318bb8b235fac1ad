/**
 * Writes YAML for readers of its versions 1.1 and 1.2: blocks, with texts of several lines as they are. Of the library only what reads
 * is in the package.
 *
 * @param document of maps, lists, texts, numbers and booleans
 */
export function yamlText(document: object): string {
  return `${nested(document as Yaml, '').trimStart()}\n`;
}

type Mapping = { readonly [key in string]: Yaml };
export type Yaml = string | number | boolean | readonly Yaml[] | Mapping;

const isList = (value: Yaml): value is readonly Yaml[] => Array.isArray(value);

/** What stands behind "key:" or "-", with the space or line break before it. */
function nested(value: Yaml, indent: string): string {
  if (typeof value === 'string') return ` ${text(value, `${indent}  `)}`;
  if (typeof value !== 'object') return ` ${String(value)}`;
  const items = isList(value) ? value.map((one) => item(one, indent)) : entries(value, indent);
  if (items.length === 0) return isList(value) ? ' []' : ' {}';
  return `\n${items.map((one) => indent + one).join('\n')}`;
}

function entries(value: Mapping, indent: string): string[] {
  return Object.entries(value).map(([key, one]) => `${plainOrQuoted(key)}:${nested(one, `${indent}  `)}`);
}

/** The first line of a block stands beside the hyphen. */
function item(value: Yaml, indent: string): string {
  const inner = nested(value, `${indent}  `);
  return inner.startsWith('\n') ? `- ${inner.trimStart()}` : `-${inner}`;
}

/** What can stand in a literal block, which knows no escapes; its first line says by its indentation where it begins. */
const LITERAL = /^[^\s\p{C}][^\p{C}]*(?:\n[^\p{C}]*)+$/u;

function text(value: string, indent: string): string {
  if (!LITERAL.test(value) || value.endsWith('\n\n')) return plainOrQuoted(value);
  const isEnded = value.endsWith('\n');
  const lines = (isEnded ? value.slice(0, -1) : value).split('\n');
  return [isEnded ? '|' : '|-', ...lines.map((line) => (line === '' ? '' : indent + line))].join('\n');
}

/** A word or some, none of which is anything but text in YAML 1.1 either. JSON's strings are YAML's in double quotes. */
const PLAIN = /^[A-Za-z_][\w ./()%-]*$/;
const OTHER = /^(?:y|yes|n|no|true|false|on|off|null|~)$/i;

function plainOrQuoted(value: string): string {
  return PLAIN.test(value) && !OTHER.test(value) && !value.endsWith(' ') ? value : JSON.stringify(value);
}
