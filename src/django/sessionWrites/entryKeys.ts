import { children, nodeText, type PythonNode, type PythonSource } from '../python/syntax/nodes.ts';
import type { WrittenEntry } from './sessionWrite.ts';

/** How the key of an entry is written: as text, as the beginning of one, or as a name that stands for it somewhere. */
export type EntryKey =
  WrittenEntry | { readonly constant: string; readonly ofSettings: boolean; readonly otherwise?: string };

/** undefined: it is worked out when the code runs. */
export function entryKeyOf(source: PythonSource, node: PythonNode): EntryKey | undefined {
  const text = nodeText(source, node);
  switch (node.name) {
    case 'String': {
      const name = plainString(text);
      return name === undefined ? undefined : { name, isPrefix: false };
    }
    case 'FormatString':
      return beginning(/^[fF]["']+([^{"'\\]*)/.exec(text)?.[1]);
    case 'BinaryExpression': {
      const [first] = children(node);
      const name = first?.name === 'String' ? plainString(nodeText(source, first)) : undefined;
      return beginning(name?.split('%', 1)[0]);
    }
    case 'VariableName':
      return { constant: text, ofSettings: false };
    case 'MemberExpression': {
      const [object, dot, property] = children(node);
      if (object === undefined || dot?.name !== '.' || property === undefined) return undefined;
      return { constant: nodeText(source, property), ofSettings: nodeText(source, object) === 'settings' };
    }
    case 'CallExpression':
      return ofCall(text);
    default:
      return undefined;
  }
}

/** A name that only begins so, of at least three letters. */
function beginning(name: string | undefined): WrittenEntry | undefined {
  return name === undefined || name.length < 3 ? undefined : { name, isPrefix: true };
}

/** getattr(settings, 'CART_SESSION_ID', 'cart'), 'cart_{}'.format(id) */
function ofCall(text: string): EntryKey | undefined {
  const [, constant, otherwise] =
    /^getattr\(\s*settings\s*,\s*["'](\w+)["']\s*(?:,\s*["']([^"'\\]*)["']\s*)?,?\s*\)$/.exec(text) ?? [];
  if (constant !== undefined) return { constant, ofSettings: true, ...(otherwise === undefined ? {} : { otherwise }) };
  return beginning(/^["']([^{"'\\]*)\{.*["']\.format\(/s.exec(text)?.[1]);
}

/** The value of a string literal without prefix and escapes, in which keys are written. */
function plainString(text: string): string | undefined {
  return /^[uUrR]?(["'])([^"'\\\n]*)\1$/.exec(text)?.[2];
}

/** No entry has a name that is longer. */
const LONGEST = 80;

/** NAME = 'text', in modules and classes. */
export function constantsIn(module: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', value = ''] of module.matchAll(
    /^[ \t]*([A-Za-z_]\w*)\s*(?::\s*[\w.]+\s*)?=\s*(["'][^"'\\\n]*["'])[ \t]*(?:#.*)?$/gm,
  )) {
    const text = plainString(value);
    if (text !== undefined && text.length <= LONGEST) found.set(name, text);
  }
  return found;
}
