/**
 * Bundles the extension into dist/extension.cjs.
 *
 *   node esbuild.mjs [--production] [--watch] [--metafile]
 *
 * --production  minified, without source map: what is packed
 * --watch       builds again whenever a source changes
 * --metafile    writes dist/meta.json: which module takes how much of the bundle
 */
import { context } from 'esbuild';
import { writeFile } from 'node:fs/promises';

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

const build = await context({
  entryPoints: ['src/extension.ts'],
  outfile: 'dist/extension.cjs',
  bundle: true,
  // package.json says "type": "module", and the extension host loads CommonJS fastest: hence the .cjs.
  format: 'cjs',
  platform: 'node',
  // Node of the extension host of VS Code 1.117, the oldest supported (engines.vscode).
  target: 'node22',
  // pg-native is an optional peer of pg that is not installed; pg asks for it only when it is wanted.
  external: ['vscode', 'pg-native'],
  mainFields: ['module', 'main'],
  minify: production,
  sourcemap: production ? false : 'linked',
  sourcesContent: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'silent',
  plugins: [report],
});

if (process.argv.includes('--watch')) {
  await build.watch();
} else {
  try {
    const { metafile } = await build.rebuild();
    if (process.argv.includes('--metafile')) await writeFile('dist/meta.json', JSON.stringify(metafile));
  } catch (error) {
    // A failed build was reported above; anything else is a fault of this script.
    if (!Array.isArray(error.errors)) throw error;
    process.exitCode = 1;
  } finally {
    await build.dispose();
  }
}
