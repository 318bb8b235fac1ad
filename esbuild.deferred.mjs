/** A plugin of esbuild that leaves what activation does not run for the time after it, without an `await` where it is used. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';

const SRC = resolve('src');
/** Rooms of which nothing runs before something is shown, read or asked for. */
const DEFERRED =
  /^(?:benchmark|diagnosis|django|export|history|postgres|presentation|reports|services|webview|monitoring\/(?:alerts|charts|metrics|saves))\//;

/** The files that the first one needs, itself included: what it imports, and so on; not what is behind an `import()` or a type only. */
async function neededBy(first) {
  const needed = new Set();
  const visit = async (path) => {
    if (needed.has(path)) return;
    needed.add(path);
    const text = await readFile(path, 'utf8');
    const imports = [...text.matchAll(/^(?:import|export) (?!type\b)[^;]*?\bfrom '(\.[^']+)';/gms)];
    for (const [, to] of imports) await visit(resolve(dirname(path), to));
  };
  await visit(first);
  return needed;
}

const nameOf = (path) => relative(SRC, path).split(sep).join('/');
const isDeferred = (path) => DEFERRED.test(nameOf(path));

/**
 * What a file that is loaded at activation imports of those rooms is asked for by its name, and loaded when the first of it is used:
 * three quarters of what would be read, compiled and run before are not used by then.
 *
 * @param entry the file that is loaded first; @param chunk the name of the chunk that the others are put into
 */
export function deferring(entry, chunk) {
  return {
    name: 'deferring',
    setup(build) {
      let needed = new Set();
      build.onStart(async () => {
        needed = await neededBy(resolve(entry));
      });
      build.onResolve({ filter: /^\..*\.ts$/ }, ({ path, importer, kind }) => {
        const target = resolve(dirname(importer), path);
        const isOurs =
          kind === 'import-statement' && needed.has(importer) && !isDeferred(importer) && existsSync(target);
        return isOurs && isDeferred(target) ? { path: `deferred:${nameOf(target)}`, external: true } : undefined;
      });
      build.onResolve({ filter: new RegExp(`^${chunk}:`) }, () => ({ path: chunk, namespace: chunk }));
      build.onLoad({ filter: /.*/, namespace: chunk }, () => {
        const own = [...needed].filter(isDeferred).sort();
        const contents = own.map((path) => `export * as ${JSON.stringify(nameOf(path))} from ${JSON.stringify(path)};`);
        return { contents: contents.join('\n'), resolveDir: SRC };
      });
    },
  };
}
