/**
 * Bundles the extension into dist/extension.cjs and chunks that it loads when they are first needed (what is behind an `import()`),
 * the thread that makes the load of a benchmark into dist/load.cjs, and the page of its dashboard into dist/webview.js and
 * dist/webview.css.
 *
 *   node esbuild.mjs [--production] [--watch] [--metafile] [--outdir dist]
 *
 * --production  minified, without source map, what is loaded later compressed: what is packed, with the notices of the packages in it
 * --watch       builds again whenever a source changes
 * --metafile    writes dist/meta*.json: which module takes how much of the bundles
 */
import { build as bundle, context } from 'esbuild';
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { deferring } from './esbuild.deferred.mjs';
import { chunksToCommonJs, EXTENSION, LAZY, LAZY_PACKED, lazyRooms } from './esbuild.chunks.mjs';
import { compressed, terseFile } from './esbuild.terse.mjs';
import { writeNotices } from './esbuild.notices.mjs';

const production = process.argv.includes('--production');

/** Prints where an error is in the form that the problem matcher of .vscode/tasks.json reads. */
const report = {
  name: 'report',
  setup(build) {
    build.onStart(() => console.log('[build] started'));
    build.onEnd(({ errors }) => {
      for (const { text, location } of errors) {
        console.error(`✘ [ERROR] ${text}`);
        if (location !== null) console.error(`    ${location.file}:${location.line}:${location.column}:`);
      }
      console.log('[build] finished');
    });
  },
};

/**
 * src/contributions.ts is made of tables of which package.json needs more than the code: it is evaluated here, so that what is
 * bundled is the plain data that it exports.
 */
const evaluated = {
  name: 'evaluated',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/]contributions\.ts$/ }, async ({ path }) => {
      const { outputFiles, metafile } = await bundle({
        entryPoints: [path],
        bundle: true,
        format: 'esm',
        write: false,
        metafile: true,
        logLevel: 'silent',
      });
      const values = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
      const contents = Object.entries(values).map(
        ([name, value]) => `export const ${name} = ${JSON.stringify(value)};`,
      );
      return { contents: contents.join('\n'), watchFiles: Object.keys(metafile.inputs).map((input) => resolve(input)) };
    });
  },
};

/**
 * YAML is only read here: what writes it, and what its version 1.1 had besides, is a third of the library. Taken from its ES modules
 * (for Node it has CommonJS), of which only what is used is bundled.
 */
const yamlReader = {
  name: 'yaml-reader',
  setup(build) {
    const unused =
      /[\\/]yaml[\\/]browser[\\/]dist[\\/](?:stringify[\\/].*|parse[\\/]cst-.*|schema[\\/]json[\\/].*|schema[\\/]yaml-1\.1[\\/](?:binary|omap|pairs|set|timestamp|float|int|bool|schema)\.js)$/;
    build.onLoad({ filter: unused }, async ({ path }) => {
      const names = /export \{([^}]*)\}/.exec(await readFile(path, 'utf8'))?.[1].split(',') ?? [];
      const stubs = names.map((name) => `export const ${name.trim()} = unread;`);
      return {
        contents: `const unread = () => { throw new Error('It has YAML of a kind that is not read') };\n${stubs.join('\n')}`,
      };
    });
  },
};

/** What the grammar of Python says of colours, which nothing here draws. */
const noHighlighting = {
  name: 'no-highlighting',
  setup(build) {
    build.onResolve({ filter: /^@lezer\/highlight$/ }, ({ path }) => ({ path, namespace: 'no-highlighting' }));
    build.onLoad({ filter: /.*/, namespace: 'no-highlighting' }, () => ({
      contents: `export const tags = new Proxy(() => tags, { get: () => tags });
export const styleTags = () => () => null;`,
    }));
  },
};

/** Of pg the client alone: no pool, and nothing of its native twin. */
const pgClient = {
  name: 'pg-client',
  setup(build) {
    build.onResolve({ filter: /^pg$/ }, ({ resolveDir }) => ({ path: resolveDir, namespace: 'pg-client' }));
    build.onLoad({ filter: /.*/, namespace: 'pg-client' }, ({ path }) => ({
      contents: "export { default as Client } from 'pg/lib/client.js';",
      resolveDir: path,
    }));
  },
};

/**
 * Of autocannon the loop of requests alone. What it counts in histograms of HdrHistogram, with WebAssembly, pako and a `buffer` of its
 * own, is given histograms that count nothing: every latency is kept as it is. semver is asked for the version of Node, hyperid for
 * ids that are put into requests, which none is. Its options are plain objects, for whose copies a quarter of lodash is not needed.
 */
const loadLoop = {
  name: 'load-loop',
  setup(build) {
    const unused = {
      'hdr-histogram-js': 'exports.initWebAssemblySync = () => undefined;',
      'hdr-histogram-percentiles-obj': '',
      semver: 'exports.gte = () => true;',
      hyperid: "module.exports = () => () => '';",
      'lodash.clonedeep': `module.exports = function clone(value) {
        if (Array.isArray(value)) return value.map(clone);
        if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
        return Object.fromEntries(Reflect.ownKeys(value).map((key) => [key, clone(value[key])]));
      };`,
    };
    const filter = new RegExp(`^(?:${Object.keys(unused).join('|')})$`);
    build.onResolve({ filter }, ({ path }) => ({ path, namespace: 'load-loop' }));
    build.onLoad({ filter: /.*/, namespace: 'load-loop' }, ({ path }) => ({ contents: unused[path] }));
  },
};

const outdir = process.argv.indexOf('--outdir');
const DIST = outdir < 0 ? 'dist' : process.argv[outdir + 1];
/** Node of the extension host of VS Code 1.117, the oldest supported (engines.vscode). */
const NODE = 'node22';
const minified = { minify: production, legalComments: 'none' };

const common = {
  bundle: true,
  ...minified,
  sourcesContent: false,
  metafile: true,
  logLevel: 'silent',
  plugins: [report],
};

const extension = await context({
  ...common,
  entryPoints: [
    { in: 'src/extension.ts', out: 'extension' },
    ...(production ? [{ in: 'deferred:', out: 'deferred' }] : []),
  ],
  outdir: DIST,
  outExtension: { '.js': EXTENSION },
  format: 'esm',
  splitting: true,
  write: false,
  sourcemap: production ? false : 'inline',
  platform: 'node',
  target: NODE,
  // pg-native is an optional peer of pg that is not installed; pg asks for it only when it is wanted.
  external: ['vscode', 'pg-native'],
  mainFields: ['module', 'main'],
  alias: { yaml: resolve('node_modules/yaml/browser/dist/index.js') },
  plugins: [
    evaluated,
    yamlReader,
    noHighlighting,
    pgClient,
    ...(production ? [deferring('src/extension.ts', 'deferred')] : []),
    lazyRooms,
    chunksToCommonJs({
      folder: DIST,
      entry: `extension${EXTENSION}`,
      others: [`load${EXTENSION}`],
      together: production,
      options: { ...minified, target: NODE, sourcemap: production ? false : 'inline', sourcesContent: false },
    }),
    report,
  ],
});

/** The thread that makes the load of a benchmark: a file of its own, since a thread begins with one. */
const load = await context({
  ...common,
  entryPoints: [{ in: 'src/benchmark/load/worker.ts', out: 'load' }],
  outdir: DIST,
  outExtension: { '.js': EXTENSION },
  sourcemap: production ? false : 'inline',
  format: 'cjs',
  platform: 'node',
  target: NODE,
  plugins: [loadLoop, report],
});

const webview = await context({
  ...common,
  entryPoints: [
    { in: 'src/webview/main.ts', out: 'webview' },
    { in: 'src/webview/style.css', out: 'webview' },
  ],
  outdir: DIST,
  sourcemap: production ? false : 'linked',
  format: 'iife',
  platform: 'browser',
  // Chromium of VS Code 1.117.
  target: 'chrome138',
});

const builds = [
  { build: extension, meta: `${DIST}/meta.json` },
  { build: load, meta: `${DIST}/meta.load.json` },
  { build: webview, meta: `${DIST}/meta.webview.json` },
];

if (process.argv.includes('--watch')) {
  await Promise.all(builds.map(({ build }) => build.watch()));
} else {
  const metafiles = [];
  for (const { build, meta } of builds) {
    try {
      const { metafile } = await build.rebuild();
      metafiles.push(metafile);
      if (process.argv.includes('--metafile')) await writeFile(meta, JSON.stringify(metafile));
    } catch (error) {
      // A failed build was reported above; anything else is a fault of this script.
      if (!Array.isArray(error.errors)) throw error;
      process.exitCode = 1;
    } finally {
      await build.dispose();
    }
  }
  if (production && metafiles.length === builds.length) {
    for (const name of [`load${EXTENSION}`, 'webview.js']) await terseFile(`${DIST}/${name}`);
    await compressed(`${DIST}/${LAZY}`, `${DIST}/${LAZY_PACKED}`);
    await writeNotices(metafiles, DIST);
  }
}
