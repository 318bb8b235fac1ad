import type { Evaluation } from '../python/evaluation/evaluation.ts';
import { children, type PythonNode } from '../python/syntax/nodes.ts';
import { secondsOf } from '../python/values/timedelta.ts';
import { unresolved, type Frame, type ObjectValue, type Place, type Value } from '../python/values/values.ts';
import { ClassMethods } from './classMethods.ts';

/** What the names in a class stand for: attributes, names in its methods, constants of its module, settings. */

/** A class, or a function that makes a middleware. */
export interface Definition {
  /** Names of its module. */
  readonly frame: Frame;
  readonly node: PythonNode;
  readonly name: PythonNode;
  readonly bases: readonly Definition[];
}

/** A setting that was asked for, and where it is set; without a place it is not set. */
export interface SettingsAccess {
  readonly name: string;
  readonly at?: Place;
}

export interface Binding {
  readonly name: string;
  readonly value: Value;
  /** The statement that sets it, or the expression itself. */
  readonly at: Place;
  /** What it is set to, where that is an expression that can be looked at. */
  readonly from?: { readonly node: PythonNode; readonly frame: Frame };
  /** The setting that it was taken from. */
  readonly setting?: SettingsAccess;
}

export class ClassNames {
  readonly it: Evaluation;
  /** Of the class and its instances; those of a class before those of what it is made from. */
  readonly attributes = new Map<string, Binding>();
  /** All functions, with the names in them. */
  readonly functions: { readonly node: PythonNode; readonly frame: Frame; readonly names: Map<string, Binding> }[] = [];
  readonly #methods: ClassMethods;
  readonly #accesses: SettingsAccess[];
  readonly #self: ObjectValue;

  constructor(it: Evaluation, accesses: SettingsAccess[], definition: Definition) {
    this.it = it;
    this.#accesses = accesses;
    const attribute = (name: string): Value | undefined =>
      name === '__class__' ? this.#self : (this.attributes.get(name)?.value ?? this.#methods.attribute(name));
    this.#self = { t: 'object', name: 'self', attribute };
    this.#methods = new ClassMethods(it, this.#self);
    this.#define(definition);
  }

  #define({ frame, node, name, bases }: Definition): void {
    const own = this.it.text(name, frame);
    if (node.name === 'FunctionDefinition') this.#function(node, frame, own);
    else {
      const inClass: Frame = { source: frame.source, package: frame.package, parent: frame, names: new Map() };
      const methods: PythonNode[] = [];
      this.#walk(node, inClass, (name, binding) => this.#attribute(name, binding), methods);
      for (const method of methods) this.#methods.add(method, frame, own);
      const isInit = (method: PythonNode): boolean => /^def __(?:init|new)__/.test(this.it.text(method, frame));
      for (const method of methods.sort((a, b) => Number(isInit(b)) - Number(isInit(a)))) {
        this.#function(method, frame, own);
      }
    }
    for (const base of bases) this.#define(base);
  }

  #attribute(name: string, binding: Binding): void {
    if (!this.attributes.has(name)) this.attributes.set(name, binding);
  }

  /** Evaluates what an expression is, and which setting it asks for. */
  bind(name: string, node: PythonNode, frame: Frame, at: Place): Binding {
    this.#accesses.length = 0;
    const value = this.it.evaluate(node, frame);
    const setting = this.#accesses.findLast((access) => access.at !== undefined) ?? this.#accesses.at(-1);
    return { name, value, at, from: { node, frame }, ...(setting === undefined ? {} : { setting }) };
  }

  /** What a method (or a property) gave: its return expression that has this value. */
  returned(name: string, value: Value): Binding | undefined {
    const method = this.#methods.get(name);
    const made = this.functions.find(({ node }) => node === method);
    if (made === undefined) return undefined;
    return returns(made.node)
      .map((node) => this.bind(this.it.text(node, made.frame), node, made.frame, this.it.place(node, made.frame)))
      .find((binding) => secondsOf(binding.value) === secondsOf(value));
  }

  #function(node: PythonNode, parent: Frame, className: string): void {
    const names = new Map<string, Binding>();
    const frame: Frame = { source: parent.source, package: parent.package, parent, names: new Map() };
    for (const self of ['self', 'cls', className]) frame.names.set(self, this.#self);
    this.functions.push({ node, frame, names });
    this.#parameters(node, frame, names);
    const inner: PythonNode[] = [];
    this.#walk(node, frame, (name, binding) => names.set(name, binding), inner);
    for (const nested of inner) this.#function(nested, frame, className);
  }

  #parameters(node: PythonNode, frame: Frame, names: Map<string, Binding>): void {
    const list = children(node).find((n) => n.name === 'ParamList');
    const nodes = (list === undefined ? [] : children(list)).filter((n) => n.name !== 'TypeDef');
    for (const [i, parameter] of nodes.entries()) {
      if (parameter.name !== 'VariableName' || nodes[i - 1]?.name === 'AssignOp') continue;
      const name = this.it.text(parameter, frame);
      const fallback = nodes[i + 1]?.name === 'AssignOp' ? nodes[i + 2] : undefined;
      if (frame.names.has(name)) continue;
      if (fallback === undefined) frame.names.set(name, unresolved(`${name} is an argument`));
      else {
        const at = { ...this.it.place(parameter, frame), to: fallback.to };
        const binding = this.bind(name, fallback, frame, at);
        names.set(name, binding);
        frame.names.set(name, binding.value);
      }
    }
  }

  /** Assignments in the order of the text, in branches too; functions are collected, for later. */
  #walk(node: PythonNode, frame: Frame, set: (name: string, binding: Binding) => void, functions: PythonNode[]): void {
    for (const child of children(node)) {
      if (child.name === 'FunctionDefinition') functions.push(child);
      else if (child.name === 'AssignStatement') this.#assignment(child, frame, set);
      else if (child.name !== 'ClassDefinition') this.#walk(child, frame, set, functions);
    }
  }

  #assignment(node: PythonNode, frame: Frame, set: (name: string, binding: Binding) => void): void {
    const nodes = children(node).filter((n) => n.name !== 'TypeDef');
    const [target, operator, value, ...more] = nodes;
    if (target === undefined || operator?.name !== 'AssignOp' || value === undefined || more.length > 0) return;
    const [object, dot, property] = target.name === 'MemberExpression' ? children(target) : [];
    if (target.name === 'VariableName') {
      const name = this.it.text(target, frame);
      const binding = this.bind(name, value, frame, this.it.place(node, frame));
      set(name, binding);
      frame.names.set(name, binding.value);
    } else if (object !== undefined && dot?.name === '.' && property !== undefined) {
      if (!/^(?:self|cls)$/.test(this.it.text(object, frame))) return;
      const name = this.it.text(property, frame);
      this.#attribute(name, this.bind(name, value, frame, this.it.place(node, frame)));
    }
  }

  /** A constant of a module, wherever it was imported from. */
  constant(name: string, frame: Frame): Binding | undefined {
    let module = frame;
    while (module.parent !== undefined) module = module.parent;
    const [value, at] = [module.names.get(name), module.places?.get(name)];
    if (value === undefined || at === undefined) return undefined;
    const owner = this.it.modules.get(at.file);
    let statement = owner?.source.tree.resolveInner(at.from, 1) ?? null;
    while (statement !== null && statement.name !== 'AssignStatement') statement = statement.parent;
    const node = statement?.from === at.from ? statement.lastChild : null;
    return owner === undefined || node === null ? { name, value, at } : this.bind(name, node, owner, at);
  }
}

/** The expressions that a function returns, not those of functions in it. */
function returns(node: PythonNode): PythonNode[] {
  return children(node).flatMap((child) => {
    if (child.name === 'FunctionDefinition' || child.name === 'LambdaExpression') return [];
    return child.name === 'ReturnStatement' ? children(child).slice(1, 2) : returns(child);
  });
}
