/**
 * What is told of the packages in the bundle: THIRD-PARTY-NOTICES.txt for people, sbom.cdx.json for machines. Both are made of what esbuild
 * says it has put into the bundle, not of what is installed.
 */
import { Buffer } from 'node:buffer';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Licences of which the notices below are all that they ask for. */
const ALLOWED = ['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0'];

/**
 * Packages without a text of their own, and one whose text has the same licence and holder: Microsoft publishes FAST with the word
 * "MIT" alone.
 */
const SAME_TEXT = {
  '@microsoft/fast-element': '@vscode/webview-ui-toolkit',
  '@microsoft/fast-foundation': '@vscode/webview-ui-toolkit',
  '@microsoft/fast-web-utilities': '@vscode/webview-ui-toolkit',
};

/**
 * The packages of which something is in the bundle, by name.
 *
 * @param metafiles of esbuild
 * @returns what package.json and the lock file say of each, and the text of its licence with where that stands; an Error for a
 *   licence that is not allowed, and for a package without a text
 */
export async function bundledPackages(metafiles) {
  const lock = JSON.parse(await readFile('package-lock.json', 'utf8')).packages;
  const packages = await Promise.all(foldersOf(metafiles).map((folder) => describe(folder, lock[folder])));
  const problems = packages.flatMap(({ name, version, spdx, licence }) => [
    ...(ALLOWED.includes(spdx)
      ? []
      : [`${name} ${version} has the licence ${spdx}, which is not among ${ALLOWED.join(', ')}`]),
    ...(licence === undefined ? [`${name} ${version} is in the bundle, and no text of its licence was found`] : []),
  ]);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return packages.sort((a, b) => (a.name < b.name || (a.name === b.name && a.version < b.version) ? -1 : 1));
}

function foldersOf(metafiles) {
  const inputs = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap((output) => Object.entries(output.inputs)),
  );
  // What nothing was taken of is not in it.
  const used = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path);
  const folders = used.map((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  return [...new Set(folders)].filter((folder) => folder !== undefined);
}

async function describe(folder, locked) {
  const { name, version, license, homepage, repository } = JSON.parse(
    await readFile(join(folder, 'package.json'), 'utf8'),
  );
  if (locked?.version !== version) throw new Error(`package-lock.json has another ${name} than ${folder}`);
  return {
    folder,
    name,
    version,
    spdx: license,
    source: addressOf(repository) ?? homepage,
    integrity: locked.integrity,
    licence: await licenceOf(name, folder),
  };
}

/** npm also takes `owner/name` of GitHub, `github:owner/name`, and addresses for git. */
function addressOf(repository) {
  const url = typeof repository === 'string' ? repository : repository?.url;
  return url
    ?.replace(/^(?:github:)?([\w.-]+\/[\w.-]+)$/, 'https://github.com/$1')
    .replace(/^(?:git\+)?(?:git|ssh|https?):\/\/(?:git@)?/, 'https://')
    .replace(/\.git$/, '');
}

/** Its own file, else the chapter of its README, else that of a package with the same. */
async function licenceOf(name, folder) {
  const file = await textOf(folder, /^(licen[cs]e|copying)([.-].*)?$/i);
  if (file !== undefined) return file;
  const readme = await textOf(folder, /^readme(\.\w+)?$/i);
  const chapter =
    readme === undefined ? undefined : /^#+ *licen[cs]e\s*$([\s\S]*copyright[\s\S]*)/im.exec(readme.text)?.[1];
  if (chapter !== undefined) return { from: `its ${readme.from}`, text: chapter.trim() };
  const other = SAME_TEXT[name];
  if (other === undefined) return undefined;
  const same = await textOf(join('node_modules', other), /^licen[cs]e([.-].*)?$/i);
  return same === undefined ? undefined : { ...same, from: `${other}, of the same holder` };
}

async function textOf(folder, pattern) {
  const from = (await readdir(folder)).find((name) => pattern.test(name));
  if (from === undefined) return undefined;
  return { from, text: (await readFile(join(folder, from), 'utf8')).replaceAll('\r\n', '\n').trim() };
}

/** Writes both into a folder, of all that is packed. */
export async function writeNotices(metafiles, folder) {
  const packages = await bundledPackages(metafiles);
  const manifest = JSON.parse(await readFile('package.json', 'utf8'));
  const { description } = JSON.parse(await readFile('package.nls.json', 'utf8'));
  await writeFile(join(folder, 'THIRD-PARTY-NOTICES.txt'), noticesOf(packages));
  await writeFile(
    join(folder, 'sbom.cdx.json'),
    `${JSON.stringify(sbomOf({ ...manifest, description }, packages), null, 1)}\n`,
  );
}

/** The text that the package brings, a chapter a package. */
export function noticesOf(packages) {
  const head = [
    'Third-party notices',
    '',
    `This extension contains parts of ${packages.length} packages of npm. Each is named with where it comes from, followed by its licence as it`,
    'stands in the package, or where that is named.',
  ];
  const chapters = packages.map(({ name, version, spdx, source, licence }) => {
    const from = /^(licen[cs]e|copying)/i.test(licence.from) ? '' : `\nLicence text: that of ${licence.from}`;
    return `${'-'.repeat(79)}\n${name} ${version} (${spdx})\n${source}${from}\n\n${licence.text}\n`;
  });
  return `${head.join('\n')}\n\n${chapters.join('\n')}`;
}

/**
 * A software bill of materials: the extension and what of npm is in its bundle.
 * @see https://cyclonedx.org/docs/1.6/json/
 */
export function sbomOf({ name, version, license, description }, packages) {
  const self = `pkg:npm/${name}@${version}`;
  const components = packages.map((one) => {
    const purl = `pkg:npm/${one.name.replace('@', '%40')}@${one.version}`;
    return {
      type: 'library',
      'bom-ref': purl,
      name: one.name,
      version: one.version,
      scope: 'required',
      licenses: [{ license: { id: one.spdx } }],
      purl,
      // Of the archive that npm installed.
      hashes: [
        { alg: 'SHA-512', content: Buffer.from(one.integrity.replace(/^sha512-/, ''), 'base64').toString('hex') },
      ],
      externalReferences: [{ type: 'vcs', url: one.source }],
    };
  });
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': self,
        name,
        version,
        description,
        licenses: [{ license: { id: license } }],
        purl: self,
      },
    },
    components,
    dependencies: [{ ref: self, dependsOn: components.map(({ purl }) => purl) }],
  };
}
