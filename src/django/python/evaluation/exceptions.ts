/** An exception of the Python program, thrown only where a `try` around it catches its type. */
export class PythonError extends Error {
  readonly type: string;

  constructor(type: string, why: string) {
    super(why);
    this.type = type;
  }
}

const PARENTS: Readonly<Record<string, readonly string[]>> = {
  ModuleNotFoundError: ['ImportError'],
  KeyError: ['LookupError'],
  IndexError: ['LookupError'],
  FileNotFoundError: ['OSError', 'IOError'],
  JSONDecodeError: ['ValueError'],
  EnvError: ['EnvironsError', 'ValueError'],
  // decouple.UndefinedValueError and ImproperlyConfigured derive from Exception alone.
};

/** Whether handlers of these types (`*`: a bare `except`) catch what was raised. */
export function catches(types: readonly string[], raised: string): boolean {
  const names = [raised, ...(PARENTS[raised] ?? []), 'Exception', 'BaseException', '*'];
  return types.some((type) => names.includes(type));
}
