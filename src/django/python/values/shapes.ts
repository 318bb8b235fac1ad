import { isTimedelta, secondsOf } from './timedelta.ts';
import type { Value } from './values.ts';

const MAX_DEPTH = 6;

/**
 * Numbers for comparing values without their places and reasons, which hold lines: what has the same number is the same. Each
 * value is looked at once for each depth, however often it is a part of others.
 */
export class Shapes {
  readonly #numbers = new Map<string, number>();
  readonly #known = Array.from({ length: MAX_DEPTH + 1 }, () => new Map<Value, number>());

  of(value: Value | undefined, depth = 0): number {
    const known = this.#known[depth];
    if (value === undefined || known === undefined) return this.#number('?');
    const number = known.get(value) ?? this.#number(this.#describe(value, depth + 1));
    known.set(value, number);
    return number;
  }

  #number(description: string): number {
    const number = this.#numbers.get(description) ?? this.#numbers.size;
    this.#numbers.set(description, number);
    return number;
  }

  #describe(value: Value, depth: number): string {
    switch (value.t) {
      case 'list':
      case 'tuple':
      case 'set':
        return `${value.t}(${value.items.map((item) => this.of(item, depth)).join()}${value.open === undefined ? '' : ',…'})`;
      case 'dict': {
        const entries = [...value.entries].map(
          ([key, entry]) => `${JSON.stringify(key)}:${this.of(entry.value, depth)}`,
        );
        return `{${entries.join()}${value.open === undefined ? '' : ',…'}}`;
      }
      case 'object':
        return `${value.name}${isTimedelta(value) ? String(secondsOf(value)) : ''}`;
      case 'unresolved':
        return '?';
      case 'none':
        return 'None';
      default:
        return `${value.t}:${JSON.stringify(value.v)}`;
    }
  }
}
