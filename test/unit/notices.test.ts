import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { ROOT } from '../kit/node24.ts';

/** What the build tells of packages in the bundle, tried on packages that are installed here. */

interface Bundled {
  readonly name: string;
  readonly spdx: string;
  readonly source: string;
  readonly licence: { readonly from: string; readonly text: string };
}
interface Notices {
  readonly bundledPackages: (metafiles: readonly object[]) => Promise<readonly Bundled[]>;
}
const { bundledPackages } = (await import(pathToFileURL(join(ROOT, 'esbuild.notices.mjs')).href)) as Notices;

/** What esbuild says of a bundle with files of these packages. */
function bundleOf(...packages: readonly string[]): object[] {
  const inputs = packages.map((name) => [`node_modules/${name}/index.js`, { bytesInOutput: 10 }] as const);
  return [
    {
      outputs: {
        'dist/extension.cjs': { inputs: Object.fromEntries([...inputs, ['src/a.ts', { bytesInOutput: 9 }]]) },
      },
    },
  ];
}

test('each package has its licence, from its file, its README or a package of the same holder, and where it comes from', async () => {
  const packages = await bundledPackages(bundleOf('yaml', 'pg-types', '@microsoft/fast-element'));
  assert.deepEqual(
    packages.map(({ name, spdx, licence }) => [name, spdx, licence.from]),
    [
      ['@microsoft/fast-element', 'MIT', '@vscode/webview-ui-toolkit, of the same holder'],
      ['pg-types', 'MIT', 'its README.md'],
      ['yaml', 'ISC', 'LICENSE'],
    ],
  );
  for (const { source, licence } of packages) {
    assert.match(source, /^https:\/\/github\.com\/[\w./-]+$/);
    assert.match(licence.text, /copyright/i);
  }
});

test('a licence that is not allowed, and a package without the text of its licence, end the build', async () => {
  await assert.rejects(bundledPackages(bundleOf('yaml', 'axe-core')), /axe-core \S+ has the licence MPL-2\.0/);
  await assert.rejects(
    bundledPackages(bundleOf('boolbase')),
    /boolbase \S+ is in the bundle, and no text of its licence/,
  );
});

test('what nothing was taken of is not told', async () => {
  const unused = { outputs: { x: { inputs: { 'node_modules/axe-core/axe.js': { bytesInOutput: 0 } } } } };
  assert.deepEqual(await bundledPackages([unused]), []);
});
