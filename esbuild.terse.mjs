import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { minify } from 'terser';

/**
 * Makes files that esbuild has minified smaller by a twentieth: terser inlines and leaves out more, which takes some seconds and is
 * done for what is packed only.
 */
export async function tersely(files) {
  for (const file of files) {
    const { code } = await minify(await readFile(file, 'utf8'), {
      ecma: 2020,
      compress: { passes: 1 },
      // What is required can be read in what is shipped.
      mangle: { reserved: ['require'] },
      // ASCII: a letter beyond Latin-1 would have V8 keep two bytes for each of the file.
      format: { comments: false, ascii_only: true },
    });
    await writeFile(file, code);
  }
}

/** Compresses what is loaded when it is first needed as far as it goes, which takes some seconds. */
export async function compressed(from, to) {
  const bytes = await readFile(from);
  const params = { [constants.BROTLI_PARAM_LGWIN]: 22, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  await writeFile(to, await promisify(brotliCompress)(bytes, { params }));
}
