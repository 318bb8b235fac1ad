import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { minify } from 'terser';

/**
 * Makes what esbuild has minified smaller by a twentieth: terser inlines and leaves out more, which takes some seconds and is done for
 * what is packed only.
 *
 * @param code a whole script or module of CommonJS
 */
export async function terse(code) {
  const { code: small } = await minify(code, {
    ecma: 2020,
    toplevel: true,
    compress: { passes: 1 },
    // What is required can be read in what is shipped.
    mangle: { reserved: ['require', 'deferred'] },
    // ASCII: a letter beyond Latin-1 would have V8 keep two bytes for each of the file.
    format: { comments: false, ascii_only: true },
  });
  return small;
}

export async function terseFile(file) {
  await writeFile(file, await terse(await readFile(file, 'utf8')));
}

/** Compresses what is loaded when it is first needed as far as it goes, which takes some seconds. */
export async function compressed(from, to) {
  const bytes = await readFile(from);
  const params = { [constants.BROTLI_PARAM_LGWIN]: 22, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  await writeFile(to, await promisify(brotliCompress)(bytes, { params }));
}
