import { ClassMethods } from '../../throttle/classMethods.ts';
import type { Definition } from '../../throttle/classNames.ts';
import { locateClass } from '../../throttle/throttleClass.ts';
import { moduleFile } from '../../python/statements/imports.ts';
import { children } from '../../python/syntax/nodes.ts';
import { namespace, NONE, str, type ObjectValue, type Value } from '../../python/values/values.ts';
import type { EvaluatedSettings } from '../projectReading.ts';
import { bodyOf, named } from './definitions.ts';
import type { SessionModel } from './sessionModel.ts';

/** Which entry of DATABASES the rows of a model are written to, as DATABASE_ROUTERS say. */
interface Routed {
  /** undefined: it is not known. */
  readonly alias?: string;
  /** Why not; half a sentence. */
  readonly why?: string;
}

const DEFAULT_ALIAS = 'default';

/**
 * The first router that gives an alias wins, as in Django; writes are asked for, because sessions are written. Its method is followed as the
 * settings are: nothing is run. It changes which modules the evaluation holds, so that it has to be asked last.
 */
export function withAlias(evaluation: EvaluatedSettings, sessions: SessionModel): SessionModel {
  const { model, label, table } = sessions;
  if (model === undefined || label === undefined || table === undefined) return sessions;
  const files: string[] = [];
  const { alias, why } = aliasOf(evaluation, modelValue(model, label, table), files);
  return {
    ...sessions,
    ...(alias === undefined ? {} : { alias }),
    ...(why === undefined ? {} : { aliasWhy: why }),
    files: [...sessions.files, ...files],
  };
}

function aliasOf(evaluation: EvaluatedSettings, model: Value, files: string[]): Routed {
  const routers = evaluation.frame?.names.get('DATABASE_ROUTERS');
  if (routers === undefined) return { alias: DEFAULT_ALIAS };
  if (routers.t !== 'list' && routers.t !== 'tuple') return { why: 'DATABASE_ROUTERS is not known' };
  if (routers.open !== undefined) return { why: routers.open };
  for (const router of routers.items) {
    if (router.t !== 'str') return { why: 'DATABASE_ROUTERS has entries that are not known' };
    const answer = answerOf(evaluation, router.v, model, files);
    if (answer.t === 'str') return { alias: answer.v };
    if (answer.t !== 'none') {
      return { why: `the router ${router.v} decides it${answer.t === 'unresolved' ? `: ${answer.why}` : ''}` };
    }
  }
  return { alias: DEFAULT_ALIAS };
}

function answerOf(evaluation: EvaluatedSettings, router: string, model: Value, files: string[]): Value {
  const { it } = evaluation;
  // Of packages that are installed: those of django_tenants and django_tenant_schemas, for two, only decide about migrations.
  const file = moduleFile(it, router.replace(/\.\w+$/, ''));
  if (file === undefined) return NONE;
  files.push(file);
  const located = locateClass(evaluation, router);
  if (located === undefined) return { t: 'unresolved', why: 'its class was not found' };
  const self: ObjectValue = {
    t: 'object',
    name: 'self',
    attribute: (name) => located.names.attributes.get(name)?.value ?? methods.attribute(name),
  };
  const methods = new ClassMethods(it, self);
  addMethods(methods, located.definition);
  const method = self.attribute?.('db_for_write');
  if (method === undefined) return NONE;
  if (method.t !== 'object' || method.call === undefined) return { t: 'unresolved', why: 'db_for_write is computed' };
  const { frame, node } = located.definition;
  return method.call({ positional: [model], named: new Map(), at: it.place(node, frame), frame });
}

/** Those of a class before those of what it is made from. */
function addMethods(methods: ClassMethods, { node, frame, bases }: Definition): void {
  const body = bodyOf(node);
  for (const statement of body === undefined ? [] : children(body)) {
    const method = statement.name === 'DecoratedStatement' ? statement.lastChild : statement;
    if (method?.name === 'FunctionDefinition') methods.add(method, frame, named(frame.source, node));
  }
  for (const base of bases) addMethods(methods, base);
}

function modelValue(path: string, label: string, table: string): Value {
  const name = path.split('.').at(-1) ?? path;
  const lower = name.toLowerCase();
  const meta = {
    app_label: label,
    model_name: lower,
    object_name: name,
    label: `${label}.${name}`,
    label_lower: `${label}.${lower}`,
    db_table: table,
  };
  const texts = (values: Readonly<Record<string, string>>): Record<string, Value> =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, str(value)]));
  return namespace(name, {
    _meta: namespace('_meta', texts(meta)),
    ...texts({ __name__: name, __module__: path.replace(/\.\w+$/, '') }),
  });
}
