import type { FileSystem } from '../../common/fileSystem.ts';
import type { DjangoProject } from '../project/project.ts';
import type { EvaluatedSettings } from '../project/projectReading.ts';
import type { Evaluation } from '../python/evaluation/evaluation.ts';
import { datetimeModule } from '../python/libraries/standardLibrary.ts';
import { moduleFile, runModule } from '../python/statements/imports.ts';
import { importedName } from '../python/syntax/importedName.ts';
import { children, nodeText, type PythonNode, type PythonSource } from '../python/syntax/nodes.ts';
import {
  namespace,
  NONE,
  numberValue,
  unresolved,
  type Frame,
  type ObjectValue,
  type Value,
} from '../python/values/values.ts';
import { ClassNames, type Definition, type SettingsAccess } from './classNames.ts';
import { intervalOf, type SourceInterval } from './throttleInterval.ts';

/** The source of the middleware class, and the interval that it says. */
export interface ThrottleClass {
  readonly file: string;
  /** UTF-16 offsets of the name of the class (or of the function that makes the middleware). */
  readonly from: number;
  readonly to: number;
  readonly interval?: SourceInterval;
  /** Why there is no interval, a sentence. */
  readonly why?: string;
}

/** undefined: the dotted path leads to no class in a file of the project. */
export async function findThrottleClass(
  fileSystem: FileSystem,
  project: DjangoProject,
  dotted: string,
): Promise<ThrottleClass | undefined> {
  return await project.reading?.read(fileSystem, (evaluation) => lookUp(evaluation, dotted));
}

const MAX_STEPS = 12;

function lookUp(evaluation: EvaluatedSettings, dotted: string): ThrottleClass | undefined {
  const located = locateClass(evaluation, dotted);
  if (located === undefined) return undefined;
  const { definition, names } = located;
  const { from, to } = definition.name;
  return { file: definition.frame.source.file, from, to, ...intervalOf(names, definition) };
}

/** The class (or function) that a dotted path leads to in the files of the project, and what the names in it stand for. */
export function locateClass(
  evaluation: EvaluatedSettings,
  dotted: string,
): { readonly definition: Definition; readonly names: ClassNames } | undefined {
  const { it } = evaluation;
  const accesses: SettingsAccess[] = [];
  standIn(evaluation, accesses);
  const segments = dotted.split('.');
  const definition = find(it, segments.slice(0, -1).join('.'), segments.at(-1) ?? '', MAX_STEPS);
  return definition === undefined ? undefined : { definition, names: new ClassNames(it, accesses, definition) };
}

/** django.conf.settings as the settings were read; and what django.utils.timezone has of datetime. */
function standIn({ it, frame }: EvaluatedSettings, accesses: SettingsAccess[]): void {
  const open = it.problems.find(({ code }) => code === 'import-not-followed' || code === 'settings-dynamic');
  const attribute = (name: string): Value | undefined => {
    const value = frame?.names.get(name) ?? DEFAULTS[name];
    const at = frame?.places?.get(name);
    accesses.push({ name, ...(value === undefined || at === undefined ? {} : { at }) });
    if (value !== undefined || (frame !== undefined && open === undefined && !OF_DJANGO.test(name))) return value;
    return unresolved(`the setting ${name} is not known`);
  };
  const settings: ObjectValue = { t: 'object', name: 'settings', attribute, isComplete: true };
  const conf = namespace('django.conf', { settings });
  const timezone = namespace('django.utils.timezone', { timedelta: datetimeModule().attribute?.('timedelta') ?? NONE });
  it.standIns.set('django.conf', conf);
  it.standIns.set('django.utils.timezone', timezone);
  it.standIns.set('django.utils', namespace('django.utils', { timezone }));
  // What the settings imported saw no settings, as in Python.
  const own = frame?.source.file;
  for (const [file, module] of it.modules) if (file !== own && module.places !== frame?.places) it.modules.delete(file);
}

/** Of django/conf/global_settings.py what an interval is made from. */
const DEFAULTS: Readonly<Record<string, Value>> = { SESSION_COOKIE_AGE: numberValue(1_209_600) };

/** How the names begin that django/conf/global_settings.py sets: such a setting has a value where the project sets none. */
const OF_DJANGO =
  /^(?:ABSOLUTE|ADMINS|ALLOWED|APPEND|AUTH|CACHE|CSRF|DATA|DATE|DEBUG|DECIMAL|DEFAULT|DISALLOWED|EMAIL|FILE|FIRST|FIXTURE|FORCE|FORM|IGNORABLE|INSTALLED|INTERNAL|LANGUAGE|LOCALE|LOG|MANAGERS|MEDIA|MESSAGE|MIDDLEWARE|MIGRATION|MONTH|NUMBER|PASSWORD|PREPEND|ROOT|SECRET|SECURE|SERVER|SESSION_(?:CACHE|COOKIE|ENGINE|EXPIRE_AT|FILE|SAVE|SERIALIZER)|SHORT|SIGNING|SILENCED|STATIC|STORAGES|TASKS|TEMPLATES|TEST|THOUSAND|TIME|URLIZE|USE|WSGI|X_FRAME|YEAR)/;

/** Follows imports and other names from module to module until the class itself. */
function find(it: Evaluation, module: string, name: string, steps: number): Definition | undefined {
  if (steps === 0) return undefined;
  const file = moduleFile(it, module);
  if (file === undefined) return undefined;
  return findIn(it, runModule(it, file, module), name, steps);
}

function findIn(it: Evaluation, frame: Frame, name: string, steps: number): Definition | undefined {
  const { source } = frame;
  let found: Definition | undefined;
  const visit = (body: PythonNode): void => {
    for (const node of children(body)) {
      if (node.name === 'ClassDefinition' || node.name === 'FunctionDefinition') {
        const named = children(node).find((n) => n.name === 'VariableName');
        if (named === undefined || nodeText(source, named) !== name) continue;
        found = { frame, node, name: named, bases: basesOf(it, frame, node, steps) };
      } else if (node.name === 'ImportStatement') found = imported(it, frame, node, name, steps) ?? found;
      else if (node.name === 'AssignStatement') found = assigned(it, frame, node, name, steps) ?? found;
      // In a branch, a try or a decorated statement.
      else visit(node);
    }
  };
  visit(source.tree.topNode);
  return found;
}

/** Other = ThrottledSessionMiddleware */
function assigned(it: Evaluation, frame: Frame, node: PythonNode, name: string, steps: number): Definition | undefined {
  const [target, operator, value, ...more] = children(node);
  if (operator?.name !== 'AssignOp' || value?.name !== 'VariableName' || more.length > 0 || target === undefined) {
    return undefined;
  }
  if (nodeText(frame.source, target) !== name || steps <= 1) return undefined;
  return findIn(it, frame, nodeText(frame.source, value), steps - 1);
}

/** from .throttle import Throttled as ThrottledSessionMiddleware, or all names of a module. */
function imported(it: Evaluation, frame: Frame, node: PythonNode, name: string, steps: number): Definition | undefined {
  const origin = importedName(frame.source, node, name, frame.package);
  return origin === undefined ? undefined : find(it, origin.module, origin.name, steps - 1);
}

/** Classes that a class is made from, as far as they are in the project. */
function basesOf(it: Evaluation, frame: Frame, node: PythonNode, steps: number): Definition[] {
  const args = children(node).find((n) => n.name === 'ArgList');
  if (node.name !== 'ClassDefinition' || args === undefined) return [];
  const names = children(args).filter((n, i, all) => n.name === 'VariableName' && !isKeyword(all, i));
  return names.flatMap((n) => {
    const text = nodeText(frame.source, n);
    // A class that has the name of what it is made from can't be looked up by that name.
    const base = steps <= 1 || text === nameOf(frame.source, node) ? undefined : findIn(it, frame, text, steps - 1);
    return base === undefined ? [] : [base];
  });
}

function isKeyword(nodes: readonly PythonNode[], i: number): boolean {
  return nodes[i - 1]?.name === 'AssignOp' || nodes[i + 1]?.name === 'AssignOp';
}

function nameOf(source: PythonSource, node: PythonNode): string {
  const name = children(node).find((n) => n.name === 'VariableName');
  return name === undefined ? '' : nodeText(source, name);
}
