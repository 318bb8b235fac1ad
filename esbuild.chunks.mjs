/** Plugins of esbuild that split the extension: what is loaded at activation, and what when it is first needed. */
import { Buffer } from 'node:buffer';
import { transform } from 'esbuild';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { terse } from './esbuild.terse.mjs';

/** package.json says "type": "module": hence the .cjs. */
export const EXTENSION = '.cjs';
/** What is imported by what is loaded at activation, but not used by then. */
export const DEFERRED = `deferred${EXTENSION}`;
export const LAZY = `extension.lazy${EXTENSION}`;
/** As it is packed: Brotli makes a fifth less of it than what an archive can have inside. `brotli -d` shows it. */
export const LAZY_PACKED = `${LAZY}.br`;

const SRC = resolve('src');
const IMPORT = /\bimport\('(\.[^']+)'\)/g;

/** The files that are asked for by an `import()` anywhere in src. */
async function lazyTargets() {
  const names = (await readdir(SRC, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const found = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(SRC, name), 'utf8');
      return [...text.matchAll(IMPORT)].map(([, to]) => resolve(SRC, dirname(name), to));
    }),
  );
  return [...new Set(found.flat())].sort();
}

/**
 * A plugin by which all that is loaded lazily from one room (a folder of src) is one chunk: each `import()` asks for that of its
 * room. A chunk for each would be a hundred, and a tenth more code for what they take from each other.
 */
export const lazyRooms = {
  name: 'lazy-rooms',
  setup(build) {
    const namespace = 'lazy-room';
    const nameOf = (path) => relative(SRC, path).replaceAll(/\W/g, '_');
    build.onResolve({ filter: /^lazy-room:/ }, ({ path }) => ({ path: path.slice(path.indexOf(':') + 1), namespace }));
    let targets = [];
    build.onStart(async () => {
      targets = await lazyTargets();
    });
    build.onLoad({ filter: /.*/, namespace }, ({ path: room }) => {
      const own = targets.filter((path) => relative(SRC, path).split('/')[0] === room);
      const contents = own.map((path) => `export * as ${nameOf(path)} from ${JSON.stringify(path)};`).join('\n');
      return { contents, resolveDir: SRC, watchFiles: own };
    });
    build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const contents = text.replaceAll(IMPORT, (_, to) => {
        const target = resolve(dirname(path), to);
        return `import('lazy-room:${relative(SRC, target).split('/')[0]}').then((room) => room.${nameOf(target)})`;
      });
      return { contents, loader: 'ts' };
    });
  },
};

/**
 * A plugin that turns what esbuild has split, which it does with ES modules only, into CommonJS, which the extension host loads
 * fastest. In production all of it stands in two files, what is loaded at activation and the rest; else each chunk in its own, with its
 * source map.
 *
 * @param others files of the folder that are no chunks
 * @param options of esbuild's transform
 */
export function chunksToCommonJs({ folder, entry, others, together, options }) {
  return {
    name: 'chunks-to-commonjs',
    setup(build) {
      build.onEnd(async ({ errors, outputFiles }) => {
        if (errors.length > 0) return;
        const chunks = await Promise.all(outputFiles.map((file) => toCommonJs(file, { together, options })));
        const files = together ? twoFiles(chunks, entry) : chunks;
        await mkdir(folder, { recursive: true });
        const isChunk = (name) => name.endsWith(EXTENSION) && !others.includes(name);
        const before = (await readdir(folder)).filter(isChunk);
        const gone = before.filter((name) => !files.some((file) => file.name === name));
        await Promise.all([
          ...files.map(({ name, code }) => writeFile(join(folder, name), code)),
          ...gone.map((name) => rm(join(folder, name))),
        ]);
      });
    },
  };
}

async function toCommonJs({ path, text }, { together, options }) {
  const name = basename(path);
  const { code } = await transform(requiringOnce(text), {
    ...options,
    sourcefile: name,
    format: 'cjs',
    platform: 'node',
    // Node has it, and would take a required chunk for another module.
    supported: { 'dynamic-import': false },
  });
  // Of an ES module, as it was written, it can be told which imports it waits for.
  const needs = [...text.matchAll(/(?:^|[;\n}])\s*(?:import|export)\b[^;()]*?["']\.\/([^"']+)["']/g)].map(
    ([, file]) => file,
  );
  // What esbuild leaves for Node to find the names of exports by, which no ES module imports here.
  const own = code
    .replaceAll(/\brequire\("deferred:/g, 'deferred("')
    .replace(/0&&\(module\.exports=\{[^}]*\}\);?\s*$/, '');
  return { name, code: together ? await terse(own) : own, needs };
}

/** Of an ES module as esbuild writes it: all of it, its default or names of it, and from where. */
const IMPORT_OF_HOST =
  /(?<=^|[;\n}])\s*import\s*(?:\*\s*as\s+([\w$]+)|([\w$]+)|\{([^}]*)\})\s*from\s*["'](vscode|node:[\w/]+)["'];?/g;

/**
 * What VS Code and Node have, asked for once a chunk and as it is. For each file that imports a module as a whole, esbuild would make a
 * copy of it with a getter for each of its names: that of `vscode` for a hundred files was half of the time in which the code loads.
 */
function requiringOnce(text) {
  const modules = new Map();
  const body = text.replaceAll(IMPORT_OF_HOST, (statement, all, itself, names, from) => {
    const { whole, members } = modules.get(from) ?? { whole: [], members: [] };
    modules.set(from, { whole, members });
    if (names === undefined) whole.push(all ?? itself);
    else members.push(...names.split(',').map((name) => name.trim().split(/\s+as\s+/)));
    // The source map counts lines.
    return statement.replaceAll(/[^\n]/g, '');
  });
  const head = [...modules].map(([from, { whole, members }], i) => {
    const [module = `__host${i}`, ...others] = whole;
    const variables = [
      `${module} = require(${JSON.stringify(from)})`,
      ...others.map((other) => `${other} = ${module}`),
      ...members.map(([name, local = name]) => `${local} = ${module}.${name}`),
    ];
    return `const ${variables.join(', ')};`;
  });
  return head.join('') + body;
}

/**
 * The first file has its chunks as functions, in parentheses, by which V8 takes them for what runs at once and reads them only once.
 * The second is text, of which each chunk is compiled when it is first asked for: a line of JSON says where it begins and ends.
 */
function twoFiles(chunks, entry) {
  const first = new Set();
  const visit = (name) => {
    if (first.has(name)) return;
    first.add(name);
    for (const needed of chunks.find((chunk) => chunk.name === name).needs) visit(needed);
  };
  visit(entry);
  const [now, later] = [chunks.filter(({ name }) => first.has(name)), chunks.filter(({ name }) => !first.has(name))];
  const functions = now.map(({ name, code }) => `"${name}":(function(module,exports,require,deferred){${code}\n})`);
  const code = `"use strict";
const chunks = {${functions.join(',\n')}};
const { join } = require('node:path');
const lazy = {};
const compiled = (name) => {
  if (lazy.bytes === undefined) {
    const packed = require('node:fs').readFileSync(join(__dirname, '${LAZY_PACKED}'));
    const bytes = require('node:zlib').brotliDecompressSync(packed);
    const begin = bytes.indexOf(10) + 1;
    Object.assign(lazy, { bytes, begin, places: JSON.parse(bytes.toString('utf8', 0, begin)) });
  }
  const code = lazy.bytes.toString('utf8', ...lazy.places[name].map((place) => lazy.begin + place));
  const options = { filename: join(__dirname, name) };
  return require('node:vm').compileFunction(code, ['module', 'exports', 'require', 'deferred'], options);
};
const loaded = new Map();
const load = (id) => {
  if (!id.startsWith('./')) return require(id);
  const name = id.slice(2);
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  loaded.set(name, module);
  (chunks[name] ?? compiled(name))(module, module.exports, load, deferred);
  return module.exports;
};
/** What is asked for by the first use: until then its names are looked for in its prototype, which brings them. */
const deferred = (name) => {
  const all = {};
  const bring = (_, key) => {
    const whole = load('./${DEFERRED}')[name];
    Object.setPrototypeOf(all, null);
    for (const one of Object.keys(whole)) all[one] = whole[one];
    return whole[key];
  };
  return Object.setPrototypeOf(all, new Proxy({}, { get: bring }));
};
module.exports = load('./${entry}');
`;
  const places = {};
  let end = 0;
  for (const { name, code } of later) places[name] = [end, (end += Buffer.byteLength(code))];
  const text = later.map((chunk) => chunk.code).join('');
  return [
    { name: entry, code },
    { name: LAZY, code: `${JSON.stringify(places)}\n${text}` },
  ];
}
