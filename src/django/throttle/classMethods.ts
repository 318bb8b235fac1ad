import type { Evaluation } from '../python/evaluation/evaluation.ts';
import { makeFunction } from '../python/expressions/functions.ts';
import { children, nodeText, type PythonNode } from '../python/syntax/nodes.ts';
import { native, type Args, type Frame, type ObjectValue, type Value } from '../python/values/values.ts';

/** The methods of a class, those of what it is made from included, as its instances have them. */

/** What a decorator makes of a method; without one of these it is called with its instance. */
const DECORATORS: Readonly<Record<string, 'static' | 'property'>> = {
  staticmethod: 'static',
  property: 'property',
  cached_property: 'property',
};

interface Method {
  readonly node: PythonNode;
  readonly frame: Frame;
  readonly kind: 'static' | 'property' | 'bound';
  readonly made: Value;
}

export class ClassMethods {
  readonly #it: Evaluation;
  readonly #self: ObjectValue;
  readonly #methods = new Map<string, Method>();

  constructor(it: Evaluation, self: ObjectValue) {
    this.#it = it;
    this.#self = self;
  }

  /** One that is there already is that of a class before this one. `frame`: names of the module. */
  add(node: PythonNode, frame: Frame, className: string): void {
    const name = children(node).find((n) => n.name === 'VariableName');
    const called = name === undefined ? '' : this.#it.text(name, frame);
    if (called === '' || this.#methods.has(called)) return;
    const { source } = frame;
    const inModule: Frame = {
      source,
      package: frame.package,
      parent: frame,
      names: new Map([[className, this.#self]]),
    };
    const made = makeFunction(this.#it, node, inModule, called);
    this.#methods.set(called, { node, frame: inModule, kind: kindOf(node, frame), made });
  }

  get(name: string): PythonNode | undefined {
    return this.#methods.get(name)?.node;
  }

  attribute(name: string): Value | undefined {
    const method = this.#methods.get(name);
    const call = method?.made.t === 'object' ? method.made.call : undefined;
    if (method === undefined || call === undefined || method.kind === 'static') return method?.made;
    const bound = (args: Args): Value => call({ ...args, positional: [this.#self, ...args.positional] });
    if (method.kind === 'bound') return native(name, bound);
    const { node, frame } = method;
    return bound({ positional: [], named: new Map(), at: this.#it.place(node, frame), frame });
  }
}

function kindOf(node: PythonNode, { source }: Frame): Method['kind'] {
  const decorated = node.parent?.name === 'DecoratedStatement' ? children(node.parent) : [];
  for (const decorator of decorated) {
    if (decorator.name !== 'Decorator') continue;
    const last = nodeText(source, decorator).slice(1).trim().split('.').at(-1) ?? '';
    const kind = Object.hasOwn(DECORATORS, last) ? DECORATORS[last] : undefined;
    if (kind !== undefined) return kind;
  }
  return 'bound';
}
