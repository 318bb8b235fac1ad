import path from 'node:path';

import { Environment } from '../evaluation/environment.ts';
import type { Evaluation } from '../evaluation/evaluation.ts';
import { exists } from '../methods/files.ts';
import { bind, pathOf, unknownArgument } from '../values/callArguments.ts';
import {
  defaultOf,
  listValue,
  namespace,
  native,
  NONE,
  numberValue,
  path as pathValue,
  str,
  unresolved,
  type Args,
  type ObjectValue,
  type Value,
} from '../values/values.ts';

/** The parts of Python's standard library that settings are made with. */

const pathFunction = (name: string, compute: (p: string) => string): ObjectValue =>
  native(name, (args) => {
    const text = pathOf(args.positional[0]);
    return text === undefined ? unknownArgument(args, name) : str(compute(text));
  });

export function osPathModule(it: Evaluation): ObjectValue {
  const absolute = (p: string): string => path.resolve(it.root, p);
  const found = (name: string): ObjectValue =>
    native(name, (args) => {
      const text = pathOf(args.positional[0]);
      return text === undefined ? unknownArgument(args, name) : exists(it, text);
    });
  return namespace('os.path', {
    dirname: pathFunction('dirname', (p) => (p.includes('/') || p.includes(path.sep) ? path.dirname(p) : '')),
    basename: pathFunction('basename', (p) => path.basename(p)),
    normpath: pathFunction('normpath', (p) => path.normalize(p)),
    abspath: pathFunction('abspath', absolute),
    // Symbolic links are not followed: that would need more of the file system than it is worth.
    realpath: pathFunction('realpath', absolute),
    join: native('join', (args) => {
      const parts = args.positional.map(pathOf);
      if (parts.includes(undefined) || args.open !== undefined) return unknownArgument(args, 'os.path.join');
      return str(
        parts
          .filter((p) => p !== undefined)
          .reduce((a, b) => (path.isAbsolute(b) ? b : a === '' ? b : path.join(a, b))),
      );
    }),
    exists: found('exists'),
    isfile: found('isfile'),
    pardir: str('..'),
    sep: str(path.sep),
  });
}

/** os.environ['X'], .get(), .setdefault(), 'X' in os.environ and assignments to it. */
function environ(it: Evaluation): ObjectValue {
  const { environment } = it;
  const methods: Readonly<Record<string, ObjectValue>> = {
    get: native('get', (args) => getenv(it, args)),
    setdefault: native('setdefault', (args) => {
      const [key, value] = args.positional;
      if (key?.t !== 'str' || value === undefined) return unknownArgument(args, 'os.environ.setdefault');
      const present = environment.get(key.v);
      if (present === undefined) environment.set(key.v, it.stored(defaultOf(key.v, value, args)));
      return present ?? value;
    }),
    pop: native('pop', (args) => {
      const [key, fallback] = args.positional;
      if (key?.t !== 'str') return unknownArgument(args, 'os.environ.pop');
      const present = environment.get(key.v) ?? fallback ?? it.raise('KeyError', Environment.missing(key.v));
      if (it.doubt === undefined) environment.delete(key.v);
      return present;
    }),
    update: native('update', (args) => {
      for (const [key, value] of args.named) environment.set(key, it.stored(value));
      for (const value of args.positional) {
        if (value.t !== 'dict') continue;
        for (const entry of value.entries.values())
          if (entry.key.t === 'str') environment.set(entry.key.v, it.stored(entry.value));
      }
      return NONE;
    }),
  };
  return {
    t: 'object',
    name: 'os.environ',
    attribute: (name) => (Object.hasOwn(methods, name) ? methods[name] : undefined),
    item: (key) => {
      if (key.t !== 'str')
        return key.t === 'unresolved' ? key : unresolved('the name of an environment variable is computed');
      return environment.get(key.v) ?? it.raise('KeyError', Environment.missing(key.v));
    },
    setItem: (key, value) => {
      if (key.t === 'str') environment.set(key.v, value);
    },
    contains: (key) => {
      if (key.t !== 'str') return undefined;
      const present = environment.get(key.v);
      return present?.t === 'unresolved' ? undefined : present !== undefined;
    },
  };
}

/** None that remembers that it stands for a variable that is not set. */
function getenv(it: Evaluation, args: Args): Value {
  const { key, default: fallback } = bind(args, ['key', 'default']);
  if (key?.t !== 'str') return unknownArgument(args, 'os.getenv');
  const value = it.environment.get(key.v) ?? (fallback && defaultOf(key.v, fallback, args));
  return value === undefined || (value.t === 'none' && value.why === undefined)
    ? { t: 'none', why: Environment.missing(key.v) }
    : value;
}

export function osModule(it: Evaluation): ObjectValue {
  return namespace('os', {
    environ: environ(it),
    getenv: native('getenv', (args) => getenv(it, args)),
    path: osPathModule(it),
    getcwd: native('getcwd', () => str(it.root)),
    name: str(path.sep === '\\' ? 'nt' : 'posix'),
    sep: str(path.sep),
    linesep: str(path.sep === '\\' ? '\r\n' : '\n'),
  });
}

export function sysModule(it: Evaluation): ObjectValue {
  return namespace('sys', {
    path: it.searchPath,
    // What the settings see when the project serves requests, which is when sessions are saved.
    argv: listValue([str('manage.py'), str('runserver')]),
    platform: str(process.platform),
  });
}

export function pathlibModule(it: Evaluation): ObjectValue {
  const construct = (args: Args): Value => {
    const parts = args.positional.map(pathOf);
    if (parts.includes(undefined) || args.open !== undefined) return unknownArgument(args, 'Path');
    const known = parts.filter((p) => p !== undefined);
    return pathValue(known.length === 0 ? '.' : known.reduce((a, b) => (path.isAbsolute(b) ? b : path.join(a, b))));
  };
  const cwd = native('cwd', () => pathValue(it.root));
  const type: ObjectValue = {
    t: 'object',
    name: 'Path',
    call: construct,
    attribute: (name) => (name === 'cwd' ? cwd : undefined),
  };
  return namespace('pathlib', { Path: type, PurePath: type, PosixPath: type, PurePosixPath: type });
}

/** Seconds in each argument of timedelta(), in its order of positional arguments. */
const TIMEDELTA: Readonly<Record<string, number>> = {
  days: 86_400,
  seconds: 1,
  microseconds: 1e-6,
  milliseconds: 1e-3,
  minutes: 60,
  hours: 3_600,
  weeks: 604_800,
};

export function datetimeModule(): ObjectValue {
  const timedelta = native('timedelta', (args) => {
    let seconds = 0;
    for (const [name, value] of Object.entries(bind(args, Object.keys(TIMEDELTA)))) {
      if (value?.t !== 'number') return unknownArgument(args, 'timedelta');
      seconds += value.v * (TIMEDELTA[name] ?? 0);
    }
    const days = Math.floor(seconds / 86_400);
    return namespace('timedelta', {
      total_seconds: native('total_seconds', () => numberValue(seconds, true)),
      days: numberValue(days),
      seconds: numberValue(Math.floor(seconds - days * 86_400)),
    });
  });
  return namespace('datetime', { timedelta });
}
