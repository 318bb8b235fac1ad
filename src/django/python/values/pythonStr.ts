import type { Value } from './values.ts';

/** str(value) for what has an obvious one; undefined otherwise. */
export function pythonStr(value: Value): string | undefined {
  switch (value.t) {
    case 'str':
    case 'path':
      return value.v;
    case 'none':
      // "None" in the middle of a host name is never meant: let it be unresolved where it comes from the environment.
      return value.why === undefined ? 'None' : undefined;
    case 'bool':
      return value.v ? 'True' : 'False';
    case 'number':
      if (value.float !== true) return Number.isSafeInteger(value.v) ? String(value.v) : undefined;
      return Number.isInteger(value.v) && Math.abs(value.v) < 1e16 ? `${value.v}.0` : String(value.v);
    default:
      return undefined;
  }
}
