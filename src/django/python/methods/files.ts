import path from 'node:path';

import type { Evaluation } from '../evaluation/evaluation.ts';
import { bind, pathOf, unknownArgument } from '../values/callArguments.ts';
import { bool, namespace, native, NONE, str, unresolved, withOrigin, type Args, type Value } from '../values/values.ts';

/** Files that settings read as text: secrets beside them, like `.env`. Nothing is written. */

/** Known only for files that can be read as text; a folder, or a file without permission, is not known. */
export function exists(it: Evaluation, file: string): Value {
  const full = path.resolve(it.root, file);
  if (it.files.text(full) !== undefined) return bool(true);
  const listed = it.files.list(path.dirname(full)).some((entry) => entry.name === path.basename(full));
  return listed ? unresolved(`whether ${path.basename(full)} exists is not known`) : bool(false);
}

/** What a text file says; `name`: what it is read for. */
export function readText(it: Evaluation, file: string, name: string): Value {
  const full = path.resolve(it.root, file);
  const text = it.files.text(full);
  if (text === undefined) {
    const there = exists(it, full);
    return there.t === 'unresolved'
      ? there
      : it.raise('FileNotFoundError', 'the settings read a file that is not there');
  }
  if (it.files.isTooLarge(full)) return unresolved(`${path.basename(full)} is too large to be read`);
  it.environmentFiles.add(full);
  return withOrigin(str(text), { kind: 'file', name, file: full });
}

/** open(): the file, with what a `with` gives and its read(). */
export function openFile(it: Evaluation, args: Args): Value {
  const { file, mode } = bind(args, ['file', 'mode']);
  const name = pathOf(file);
  if (name === undefined || args.open !== undefined) return unknownArgument(args, 'open');
  if (mode !== undefined && (mode.t !== 'str' || !/^(?:r|rt|tr)$/.test(mode.v)))
    return unresolved('a file is opened for something else than to be read as text');
  const text = readText(it, name, path.basename(name));
  if (text.t !== 'str') return text;
  const attributes: Readonly<Record<string, Value>> = {
    read: native('read', ({ positional }) => (positional.length === 0 ? text : unresolved('a part of a file is read'))),
    readline: native('readline', () => unresolved('a line of a file is read')),
    close: native('close', () => NONE),
  };
  return namespace(`file ${path.basename(name)}`, attributes);
}
