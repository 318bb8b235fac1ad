import path from 'node:path';

import type { Methods } from '../evaluation/evaluation.ts';
import { pythonStr } from '../values/pythonStr.ts';
import { path as pathValue, str, tuple, type PathValue, type Value } from '../values/values.ts';
import { exists, openFile, readText } from './files.ts';

/** Methods and attributes of pathlib's Path. Symbolic links are not followed. */

const up = (p: string): string => path.dirname(p);

export const PATH_METHODS: Methods<PathValue> = {
  resolve: (it, self) => pathValue(path.resolve(it.root, self.v)),
  absolute: (it, self) => pathValue(path.resolve(it.root, self.v)),
  expanduser: (_, self) => (self.v.startsWith('~') ? undefined : self),
  joinpath: (_, self, args) => {
    const parts = args.positional.map(pythonStr);
    return parts.includes(undefined)
      ? undefined
      : pathValue(path.join(self.v, ...parts.filter((p) => p !== undefined)));
  },
  as_posix: (_, self) => str(self.v.replaceAll(path.sep, '/')),
  exists: (it, self) => exists(it, self.v),
  is_file: (it, self) => exists(it, self.v),
  read_text: (it, self) => readText(it, self.v, path.basename(self.v)),
  open: (it, self, args) => openFile(it, { ...args, positional: [self, ...args.positional] }),
};

export const PATH_ATTRIBUTES: Readonly<Record<string, (self: PathValue) => Value>> = {
  parent: (self) => pathValue(up(self.v)),
  name: (self) => str(path.basename(self.v)),
  stem: (self) => str(path.parse(self.v).name),
  suffix: (self) => str(path.extname(self.v)),
  parents: (self) => {
    const parents: Value[] = [];
    for (let p = up(self.v), before = self.v; p !== before && parents.length < 64; before = p, p = up(p))
      parents.push(pathValue(p));
    return tuple(parents);
  },
};
