import path from 'node:path';

import type { FileSystem } from '../../common/fileSystem.ts';
import type { DjangoProject } from '../project/project.ts';
import { patternOf } from '../python/libraries/splitSettings.ts';
import { moduleFiles } from '../python/statements/imports.ts';
import { children, nodeText, type PythonNode, type PythonSource } from '../python/syntax/nodes.ts';
import type { MiddlewareName } from '../settings/middleware/middlewareName.ts';
import { SAVE_EVERY_REQUEST } from '../settings/model/saveEveryRequest.ts';
import { settingPlaces } from '../settings/text/settingPlaces.ts';
import { modelOf, standingIn } from './throttlePlaces.ts';

/** Settings files that are not in use now: production.py while dev.py is active. */

export interface OtherSettings {
  readonly file: string;
  /** It takes over, by whatever way, what the deciding file says. */
  readonly inherits: boolean;
  /** It lists the throttle itself. */
  readonly lists: boolean;
  readonly setsSaveEveryRequest: boolean;
}

/** What settings files have in them and other modules beside them have not. */
const LIKE_SETTINGS =
  /\b(?:MIDDLEWARE(?:_CLASSES)?|SESSION_[A-Z_]+|INSTALLED_APPS|DATABASES)\b|^\s*from\s+\S+\s+import\s+\*|^\s*include\s*\(/m;
const NO_SETTINGS = /^(?:manage|wsgi|asgi|urls|conftest|tests?|models|views|admin|apps)\.py$/;
/** Folders of a settings package that hold settings files as well. */
const PARTS = /^(?:settings|envs?|environments?|components|overrides)$/i;
const MAX_SIBLINGS = 100;

/**
 * The Python files that the settings are read from now, and the settings files beside them. Hand the text of each to
 * `describeThrottle`.
 */
export async function settingsFilesOf(files: FileSystem, project: DjangoProject): Promise<readonly string[]> {
  const inUse = project.files.filter((file) => file.endsWith('.py') && file !== project.managePy);
  const [active] = inUse;
  const like = await Promise.all(inUse.map((file) => isLikeSettings(files, file)));
  const folders = new Set(inUse.filter((file, i) => file === active || like[i] === true).map((f) => path.dirname(f)));
  const candidates: string[] = [];
  for (const folder of folders) {
    for (const { name, kind } of await files.list(folder)) {
      const entry = path.join(folder, name);
      if (kind === 'file') candidates.push(entry);
      else if (PARTS.test(name)) {
        for (const part of await files.list(entry))
          if (part.kind === 'file') candidates.push(path.join(entry, part.name));
      }
    }
  }
  const siblings = [...new Set(candidates)]
    .filter((file) => file.endsWith('.py') && !NO_SETTINGS.test(path.basename(file)) && !inUse.includes(file))
    .sort()
    .slice(0, MAX_SIBLINGS);
  const are = await Promise.all(siblings.map((file) => isLikeSettings(files, file)));
  return [...inUse, ...siblings.filter((_, i) => are[i] === true)];
}

async function isLikeSettings(files: FileSystem, file: string): Promise<boolean> {
  return LIKE_SETTINGS.test((await files.readText(file)) ?? '');
}

export interface OthersQuestion {
  /** Those in use, and others. */
  readonly files: readonly string[];
  readonly sourceOf: (file: string) => PythonSource | undefined;
  readonly inUse: ReadonlySet<string>;
  readonly searchPath: readonly string[];
  readonly deciding: string | undefined;
  readonly middleware: MiddlewareName;
  readonly lists: readonly string[];
}

/** Those that the throttle or SESSION_SAVE_EVERY_REQUEST of which has to do with the deciding file. */
export function describeOthers(question: OthersQuestion): OtherSettings[] {
  const { files, sourceOf, inUse, deciding, middleware, lists } = question;
  const imported = new Map<string, readonly string[]>();
  const importsOf = (file: string): readonly string[] => {
    const known = imported.get(file) ?? importedFiles(sourceOf(file), file, question);
    imported.set(file, known);
    return known;
  };
  const reaches = (file: string, seen: Set<string>): boolean => {
    if (file === deciding) return true;
    if (seen.has(file)) return false;
    seen.add(file);
    return importsOf(file).some((next) => reaches(next, seen));
  };
  return files.flatMap((file): OtherSettings[] => {
    const source = inUse.has(file) ? undefined : sourceOf(file);
    if (source === undefined) return [];
    const { text } = source;
    const standing = lists.some((name) => text.includes(name))
      ? standingIn(file, modelOf(source, lists), middleware)
      : [];
    const found = {
      inherits: deciding !== undefined && reaches(file, new Set()),
      lists: standing.some(({ enabled }) => enabled),
      setsSaveEveryRequest: text.includes(SAVE_EVERY_REQUEST) && settingPlaces(source, SETTING).places.length > 0,
    };
    return Object.values(found).includes(true) ? [{ file, ...found }] : [];
  });
}

const SETTING = new RegExp(`^${SAVE_EVERY_REQUEST}$`);

/** Files, of those that are known, from which the statements of a file may take something: `import`, `from`, include(). */
function importedFiles(source: PythonSource | undefined, file: string, question: OthersQuestion): string[] {
  const found: string[] = [];
  source?.tree.iterate({
    enter: ({ node }) => {
      if (node.name === 'ImportStatement') found.push(...importedBy(source, node, file, question));
      if (node.name === 'CallExpression' && nodeText(source, node.firstChild ?? node) === 'include') {
        found.push(...includedBy(source, node, file, question));
      }
    },
  });
  return found;
}

function importedBy(source: PythonSource, node: PythonNode, file: string, question: OthersQuestion): string[] {
  const { files, searchPath } = question;
  const [first, ...rest] = children(node);
  const at = rest.findIndex(({ name }) => name === 'import');
  const written = (nodes: readonly PythonNode[]): string => nodes.map((n) => nodeText(source, n)).join('');
  const modules = first?.name === 'from' ? [written(rest.slice(0, at))] : written(rest).split(/,|\bas\b/);
  const names = first?.name === 'from' ? rest.slice(at + 1).map((n) => nodeText(source, n)) : [];
  return modules
    .flatMap((module) => {
      const [, dots = '', dotted = ''] = /^(\.*)(.*)$/.exec(module) ?? [];
      const bases =
        dots === '' ? searchPath : [path.join(path.dirname(file), ...Array<string>(dots.length - 1).fill('..'))];
      const segments = dotted === '' ? [] : dotted.split('.');
      return bases.flatMap((base) =>
        [segments, ...names.map((name) => [...segments, name])].flatMap((s) => moduleFiles(base, s)),
      );
    })
    .filter((candidate) => files.includes(candidate));
}

/** django-split-settings: paths and patterns relative to the file. */
function includedBy(source: PythonSource, node: PythonNode, file: string, { files }: OthersQuestion): string[] {
  const found: string[] = [];
  node.cursor().iterate((inner) => {
    if (inner.name !== 'String') return true;
    const pattern = path.join(path.dirname(file), nodeText(source, inner).replace(/^\w*['"]+|['"]+$/g, ''));
    const name = patternOf(path.basename(pattern));
    const inFolder = files.filter((candidate) => path.dirname(candidate) === path.dirname(pattern));
    found.push(...inFolder.filter((candidate) => name.test(path.basename(candidate))));
    return true;
  });
  return found;
}
