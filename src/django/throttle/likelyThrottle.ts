import type { FileSystem } from '../../common/fileSystem.ts';
import { middlewareOf } from '../project/middlewareValue.ts';
import type { DjangoProject } from '../project/project.ts';
import { children, type PythonNode } from '../python/syntax/nodes.ts';
import type { Frame } from '../python/values/values.ts';
import type { ClassNames } from './classNames.ts';
import { locateClass } from './throttleClass.ts';
import { asksForTime, intervalOf } from './throttleInterval.ts';

/** Throttles under other names: middleware of the project that saves the session when some time has passed, and not before. */
export interface LikelyThrottle {
  /** Dotted path, as in MIDDLEWARE. */
  readonly path: string;
  readonly seconds: number;
}

/** Of the middleware in MIDDLEWARE, in its order. */
export async function findLikelyThrottles(fileSystem: FileSystem, project: DjangoProject): Promise<LikelyThrottle[]> {
  const found = await project.reading?.read(fileSystem, (evaluation): LikelyThrottle[] => {
    const { it, frame } = evaluation;
    const paths = frame === undefined ? [] : middlewareOf(it, frame).entries.map((entry) => entry.path);
    return [...new Set(paths)].flatMap((path) => {
      const located = path.startsWith('django.') ? undefined : locateClass(evaluation, path);
      if (located === undefined) return [];
      const { names, definition } = located;
      const found = intervalOf(names, definition);
      const saves = names.functions.some((made) => savesInTime(names, made.node, made.frame));
      return saves && 'interval' in found ? [{ path, seconds: found.interval.seconds }] : [];
    });
  });
  return found ?? [];
}

/** What makes SessionMiddleware save: a changed entry, the mark, a new expiry; or a save of its own. */
const SAVES =
  /\bsession(?:\.modified\s*=(?!=)|\.a?save\(|\.a?set_expiry\(|\.aset\(|\.setdefault\(|\[[^\]]*\]\s*=(?!=))/;
/** A session that has been idle for too long is ended: the time is that of a timeout. */
const ENDS =
  /\.a?flush\(|\ba?logout\(|\.a?cycle_key\(|\bredirect\(|\bHttpResponse\w*\(|\bdel\s+(?:request\.)?session\b/;

/** An `if` that asks for the time and saves under it, or returns before what saves. */
function savesInTime(names: ClassNames, node: PythonNode, frame: Frame): boolean {
  const nodes = children(node);
  return nodes.some((child, i) => {
    if (child.name === 'FunctionDefinition') return false;
    return (
      (child.name === 'IfStatement' && isGuard(names, child, nodes.slice(i + 1), frame)) ||
      savesInTime(names, child, frame)
    );
  });
}

function isGuard(names: ClassNames, node: PythonNode, behind: readonly PythonNode[], frame: Frame): boolean {
  const parts = children(node);
  const bodies = parts.filter((part) => part.name === 'Body');
  const tests = parts.filter((_, i) => /^(?:el)?if$/.test(parts[i - 1]?.name ?? ''));
  if (!tests.some((test) => asks(names, test, frame))) return false;
  const returns = bodies.length === 1 && bodies.some((body) => children(body).at(-1)?.name === 'ReturnStatement');
  const guarded = returns ? [...bodies, ...behind] : bodies;
  const text = guarded.map((part) => withCalled(names, part, frame)).join('\n');
  return SAVES.test(text) && !ENDS.test(text);
}

/** A test that asks for the time, or calls what does. */
function asks(names: ClassNames, test: PythonNode, frame: Frame): boolean {
  if (asksForTime(names, test, frame) || flagged(names, test, frame)) return true;
  return called(names, test, frame).some((made) => asksForTime(names, made.node, made.frame));
}

/** `if due:`, where `due = since > interval` stands before it. */
function flagged(names: ClassNames, test: PythonNode, frame: Frame): boolean {
  const flag = names.it.text(test, frame).replace(/^not\s+/, '');
  const owner = names.functions.find((made) => made.frame === frame);
  if (owner === undefined || !/^\w+$/.test(flag)) return false;
  return valuesOf(names, owner.node, flag, frame).some((value) => asksForTime(names, value, frame));
}

/** Everything that a name is set to in a function. */
function valuesOf(names: ClassNames, node: PythonNode, name: string, frame: Frame): PythonNode[] {
  return children(node).flatMap((child) => {
    const [target, , value] = child.name === 'AssignStatement' ? children(child) : [];
    const sets = target !== undefined && names.it.text(target, frame) === name;
    return sets && value !== undefined ? [value] : valuesOf(names, child, name, frame);
  });
}

function withCalled(names: ClassNames, node: PythonNode, frame: Frame): string {
  const more = called(names, node, frame).map((made) => names.it.text(made.node, made.frame));
  return [names.it.text(node, frame), ...more].join('\n');
}

/** Methods of the class that are called in an expression or a statement. */
function called(names: ClassNames, node: PythonNode, frame: Frame): ClassNames['functions'] {
  const text = names.it.text(node, frame);
  return names.functions.filter(({ node: method, frame: own }) => {
    const name = children(method).find((n) => n.name === 'VariableName');
    return name !== undefined && text.includes(`.${names.it.text(name, own)}(`);
  });
}
