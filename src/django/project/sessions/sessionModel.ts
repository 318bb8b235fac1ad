import type { Evaluation } from '../../python/evaluation/evaluation.ts';
import { children, nodeText, type PythonNode } from '../../python/syntax/nodes.ts';
import type { Frame, Place, Value } from '../../python/values/values.ts';
import type { EvaluatedSettings } from '../projectReading.ts';
import { appLabel } from './appLabel.ts';
import { bodyOf, classMeant, findClass, named, type FoundClass, type Scope } from './definitions.ts';
import { DEFAULT_ENGINE, MODEL_TABLES, SESSION_ENGINES } from './sessionEngines.ts';

/** Which table the sessions of a project are in, as its SESSION_ENGINE and the model of that say in their text. */
export interface SessionModel {
  /** SESSION_ENGINE, Django's own where the settings set none; undefined: it is not known. */
  readonly engine?: string;
  /** Half a sentence, where the engine keeps no rows: "sessions are kept in …". */
  readonly without?: string;
  /** Neither this nor `without`: it is not known, for the reason `why`. */
  readonly table?: string;
  /** Only where the model names one. */
  readonly schema?: string;
  /** Dotted path of the model. */
  readonly model?: string;
  /** Label of its app. */
  readonly label?: string;
  /** Alias in DATABASES that Django's routers send it to; undefined: it is not known. */
  readonly alias?: string;
  /** Why the alias is not known; half a sentence. */
  readonly aliasWhy?: string;
  /** A person has said which it is. */
  readonly aliasChosen?: true;
  /** The cache has copies of the rows. */
  readonly cached?: boolean;
  /** Half a sentence. */
  readonly why?: string;
  /** Where the engine has its own `clear_expired`: what it does besides is done by clearsessions only. */
  readonly ownClearing?: Place;
  /** Files of the project that it was read from. */
  readonly files: readonly string[];
}

/** Throws NeedsFiles until everything that it reads is loaded. Nothing of the engine's module is evaluated. */
export function sessionModelOf({ it, frame }: EvaluatedSettings): SessionModel {
  const setting = frame?.names.get('SESSION_ENGINE');
  if (frame === undefined) return { why: 'the settings are not known', files: [] };
  if (setting !== undefined && setting.t !== 'str') {
    return { why: setting.t === 'unresolved' ? setting.why : 'SESSION_ENGINE is no text', files: [] };
  }
  const engine = setting?.v ?? DEFAULT_ENGINE;
  const reader = new ModelReader(it, frame);
  const read = reader.ofStore(`${engine}.SessionStore`);
  return { engine, ...read, files: [...reader.files] };
}

/** As the question in askDjango.ts has it. */
export interface DjangosModel {
  readonly model?: string;
  /** `db_table` as it is written. */
  readonly table?: string;
  readonly alias?: string;
  readonly aliasWhy?: string;
  readonly cached?: boolean;
  readonly why?: string;
}

export function modelFromDjango(engine: string, { table, ...said }: DjangosModel): SessionModel {
  const { without } = SESSION_ENGINES[engine] ?? {};
  if (without !== undefined) return { engine, without, files: [] };
  return { engine, ...said, ...(table === undefined ? {} : placeOfTable(table)), files: [] };
}

type Read = Omit<SessionModel, 'engine' | 'files'>;

/** Classes that one is made from at most, with all that those are made from. */
const MAX_BASES = 20;

class ModelReader {
  readonly #it: Evaluation;
  readonly #frame: Frame;
  readonly files = new Set<string>();

  constructor(it: Evaluation, frame: Frame) {
    this.#it = it;
    this.#frame = frame;
  }

  ofStore(path: string): Read {
    const known = SESSION_ENGINES[path.replace(/\.SessionStore$/, '')];
    const { model, ...rest } = known ?? {};
    if (known !== undefined)
      return { ...rest, ...(model === undefined ? {} : this.#ofModel({ kind: 'foreign', path: model })) };
    const chain = this.#chain(findClass(this.#it, path));
    const store = chain[0];
    if (store?.kind !== 'class') return { why: `${path} is not a class of this project` };
    const foreign = chain.find(
      (one) => one.kind === 'foreign' && one.path.replace(/\.SessionStore$/, '') in SESSION_ENGINES,
    );
    const base = foreign === undefined ? {} : this.ofStore(foreign.path);
    if (base.without !== undefined) return base;
    const own = this.#ownModel(chain);
    const cached = base.cached === true ? { cached: true } : {};
    const clearing = member(chain, 'clear_expired');
    return {
      ...(own === undefined ? base : { ...this.#fromExpression(own.node, own.scope), ...cached }),
      ...(own === undefined && base.table === undefined ? { why: `${path} doesn't say which model it uses` } : {}),
      ...(clearing === undefined ? {} : { ownClearing: placeOf(clearing.node, clearing.scope) }),
    };
  }

  /** A class with all that it is made from, itself first. */
  #chain(found: FoundClass | undefined, all: FoundClass[] = []): FoundClass[] {
    if (found === undefined || all.length >= MAX_BASES) return all;
    all.push(found);
    if (found.kind === 'foreign') return all;
    this.files.add(found.scope.source.file);
    for (const base of basesOf(found.node)) this.#chain(classMeant(this.#it, base, found.scope), all);
    return all;
  }

  /** What `model` gives, which Django's own asks get_model_class() for. */
  #ownModel(chain: readonly FoundClass[]): { readonly node: PythonNode; readonly scope: Scope } | undefined {
    for (const name of ['model', 'get_model_class']) {
      const found = member(chain, name);
      if (found === undefined) continue;
      if (found.node.name === 'AssignStatement')
        return { node: children(found.node).at(-1) ?? found.node, scope: found.scope };
      const body = bodyOf(found.node);
      const [returned] = body === undefined ? [] : returns(body);
      const blocks = [...(body === undefined ? [] : [body]), ...found.scope.blocks];
      if (returned !== undefined && nodeText(found.scope.source, returned) !== 'self.get_model_class()')
        return { node: returned, scope: { ...found.scope, blocks } };
    }
    return undefined;
  }

  /** A name of the model, or a call of `get_model`. */
  #fromExpression(node: PythonNode, scope: Scope): Read {
    const [called, args] = children(node);
    const text = nodeText(scope.source, node);
    if (node.name !== 'CallExpression') return this.#ofModel(classMeant(this.#it, node, scope), text);
    if (called === undefined || args === undefined || !/(?:^|\.)get_model$/.test(nodeText(scope.source, called))) {
      return { why: `${text} is computed` };
    }
    const values = children(args).filter((n) => !/^[(),]$/.test(n.name) && n.name !== 'AssignOp');
    const words = values
      .map((value) => this.#evaluate(value, scope))
      .flatMap((value) => (value.t === 'str' ? [value.v] : []));
    const [label, name] = words.length === 1 ? (words[0] ?? '').split('.') : words;
    if (label === undefined || name === undefined) return { why: `${text} is computed` };
    return this.#ofModel(this.#byLabel(label, name), `${label}.${name}`);
  }

  #byLabel(label: string, name: string): FoundClass | undefined {
    const apps = this.#frame.names.get('INSTALLED_APPS');
    const entries =
      apps !== undefined && 'items' in apps ? apps.items.flatMap((app) => (app.t === 'str' ? [app.v] : [])) : [];
    for (const entry of [...entries, label]) {
      for (const app of [entry, entry.replace(/(?:\.apps)?\.\w+$/, '')]) {
        const found = findClass(this.#it, `${app}.models.${name}`);
        if (found?.kind === 'class' && appLabel(this.#it, this.#frame, found.scope) === label) return found;
        if (found?.kind === 'foreign' && app.split('.').at(-1) === label && found.path in MODEL_TABLES) return found;
      }
    }
    return undefined;
  }

  #ofModel(found: FoundClass | undefined, text = found?.path): Read {
    if (found === undefined) return { why: `the model ${text ?? ''} was not found` };
    const chain = this.#chain(found);
    if (found.kind === 'foreign') {
      const table = MODEL_TABLES[found.path];
      const { path } = found;
      return table === undefined
        ? { model: path, why: `the model ${path} is not in this project` }
        : { model: path, table, label: path.split('.').at(-3) ?? '' };
    }
    const { scope, node, path } = found;
    // A proxy has no table of its own; of a model that is made from another, the sessions stay in the other's.
    const parent = chain
      .slice(1)
      .find((base) => (base.kind === 'foreign' ? base.path in MODEL_TABLES : this.#isConcrete(base)));
    const set = this.#meta(found, 'app_label');
    if (set !== undefined && set.t !== 'str') return { model: path, why: `app_label of ${path} is computed` };
    const label = set?.v ?? appLabel(this.#it, this.#frame, scope);
    if (parent !== undefined) return { ...this.#ofModel(parent), model: path, label };
    const meta = this.#meta(found, 'db_table');
    if (meta !== undefined) return { model: path, label, ...tableOf(meta, path) };
    return { model: path, label, table: `${label}_${named(scope.source, node).toLowerCase()}` };
  }

  /** It has a table of its own. */
  #isConcrete(found: FoundClass): boolean {
    const isModel = this.#chain(found).some(
      ({ kind, path }) => kind === 'foreign' && (/\.(?:AbstractBaseSession|Model)$/.test(path) || path in MODEL_TABLES),
    );
    return isModel && !isTrue(this.#meta(found, 'abstract', false));
  }

  /** An option of the class Meta; most come down from the Meta of an abstract model too. */
  #meta(found: FoundClass, option: string, inherited = true): Value | undefined {
    if (found.kind === 'foreign') return undefined;
    const { source } = found.scope;
    const body = bodyOf(found.node);
    const meta =
      body === undefined
        ? undefined
        : children(body).find((n) => n.name === 'ClassDefinition' && named(source, n) === 'Meta');
    const set = meta === undefined ? undefined : assignedIn(meta, option, found.scope);
    if (set !== undefined) return this.#evaluate(set, found.scope);
    if (!inherited || (meta !== undefined && basesOf(meta).length === 0)) return undefined;
    for (const base of basesOf(found.node)) {
      const of = classMeant(this.#it, base, found.scope);
      const value = of === undefined || this.#isConcrete(of) ? undefined : this.#meta(of, option);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** With the settings, and nothing else, as names. */
  #evaluate(node: PythonNode, scope: Scope): Value {
    const attribute = (name: string): Value | undefined => this.#frame.names.get(name);
    const names = new Map<string, Value>([['settings', { t: 'object', name: 'settings', attribute }]]);
    return this.#it.evaluate(node, { source: scope.source, package: scope.package, names });
  }
}

function tableOf(value: Value, path: string): Pick<Read, 'table' | 'schema' | 'why'> {
  if (value.t === 'str') return placeOfTable(value.v);
  return { why: `db_table of ${path} is ${value.t === 'unresolved' ? `not known: ${value.why}` : 'no text'}` };
}

/** `schema"."table`, as people write it to have a schema, too. */
function placeOfTable(written: string): { readonly table: string; readonly schema?: string } {
  const [, schema, table] = /^"?([^"]+)"\."([^"]+)"?$/.exec(written) ?? [];
  return schema === undefined || table === undefined ? { table: written } : { schema, table };
}

const isTrue = (value: Value | undefined): boolean => value?.t === 'bool' && value.v;

function member(
  chain: readonly FoundClass[],
  name: string,
): { readonly node: PythonNode; readonly scope: Scope } | undefined {
  for (const found of chain) {
    if (found.kind === 'foreign') continue;
    const { scope } = found;
    const body = bodyOf(found.node);
    const statements =
      body === undefined ? [] : children(body).map((n) => (n.name === 'DecoratedStatement' ? (n.lastChild ?? n) : n));
    const node =
      statements.findLast((n) => n.name === 'FunctionDefinition' && named(scope.source, n) === name) ??
      statements.findLast((n) => n.name === 'AssignStatement' && nodeText(scope.source, n.firstChild ?? n) === name);
    if (node !== undefined) return { node, scope };
  }
  return undefined;
}

function assignedIn(definition: PythonNode, name: string, { source }: Scope): PythonNode | undefined {
  const body = bodyOf(definition);
  const statement = (body === undefined ? [] : children(body)).findLast(
    (n) => n.name === 'AssignStatement' && nodeText(source, n.firstChild ?? n) === name,
  );
  return statement?.lastChild ?? undefined;
}

/** The expressions that a class is made from, without keyword arguments. */
function basesOf(definition: PythonNode): PythonNode[] {
  const args = children(definition).find((n) => n.name === 'ArgList');
  const nodes = args === undefined ? [] : children(args);
  return nodes.filter(
    (n, i) =>
      /^(?:VariableName|MemberExpression)$/.test(n.name) &&
      ![nodes[i - 1], nodes[i + 1]].some((o) => o?.name === 'AssignOp'),
  );
}

function returns(node: PythonNode): PythonNode[] {
  return children(node).flatMap((child) => {
    if (/^(?:Function|Class)Definition$/.test(child.name)) return [];
    return child.name === 'ReturnStatement' ? children(child).slice(1, 2) : returns(child);
  });
}

const placeOf = (node: PythonNode, { source }: Scope): Place => ({ file: source.file, from: node.from, to: node.to });
