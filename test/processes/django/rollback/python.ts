import { spawnSync } from 'node:child_process';

/** What CPython says about settings files: one process for all of them. */

export interface Execution {
  /** repr() of every name that the file leaves behind; undefined: it can't be run. */
  readonly names?: Readonly<Record<string, string>>;
  readonly error?: string;
}

const EXECUTE = `
import json, sys, types
out = []
for text in json.load(sys.stdin):
    base = sys.modules["base_settings"] = types.ModuleType("base_settings")
    base.MIDDLEWARE = ["base.First", "django.contrib.sessions.middleware.SessionMiddleware", "base.Last"]
    base.SESSION_SAVE_EVERY_REQUEST = False
    names = {"__name__": "settings", "__file__": "/settings.py"}
    try:
        exec(compile(text.encode(), "/settings.py", "exec"), names)
    except BaseException as error:
        out.append({"error": repr(error)})
        continue
    kept = {}
    for name, value in names.items():
        if name.startswith("__") or isinstance(value, types.ModuleType):
            continue
        kept[name] = repr(value) if not callable(value) and " at 0x" not in repr(value) else type(value).__name__
    kept["middleware"] = json.dumps(list(names.get("MIDDLEWARE", names.get("MIDDLEWARE_CLASSES", []))))
    out.append({"names": kept})
json.dump(out, sys.stdout)
`;

/**
 * Of pairs of texts: whether each parses, the statements at the top of the first that the second changes, as the names in
 * them, and how many statements the second has more.
 */
const COMPARE = `
import ast, difflib, json, sys, warnings
warnings.simplefilter("ignore")
sys.setrecursionlimit(5000)
def parse(text):
    try:
        return ast.parse(text.encode("utf-8", "surrogatepass")).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
def names(node):
    return sorted({n.id for n in ast.walk(node) if isinstance(n, ast.Name)})
out = []
for first, second in json.load(sys.stdin):
    a, b = parse(first), parse(second)
    changed = []
    if a is not None and b is not None:
        x, y = [ast.dump(s) for s in a], [ast.dump(s) for s in b]
        for tag, i, j, k, l in difflib.SequenceMatcher(None, x, y, autojunk=False).get_opcodes():
            if tag != "equal":
                changed += [names(s) for s in a[i:j]]
    more = len(b) - len(a) if a is not None and b is not None else 0
    out.append({"parsed": a is not None, "parses": b is not None, "changed": changed, "more": more})
json.dump(out, sys.stdout)
`;

export interface Comparison {
  readonly parsed: boolean;
  readonly parses: boolean;
  readonly changed: readonly (readonly string[])[];
  readonly more: number;
}

/** What a program answers, both as JSON. */
export function ask(program: string, given: unknown): unknown {
  const python = spawnSync('python3', ['-c', program], {
    input: JSON.stringify(given),
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (python.status !== 0) throw new Error(`python3 ended with ${python.status ?? 'a signal'}: ${python.stderr}`);
  return JSON.parse(python.stdout);
}

/** Runs each text as a settings file. */
export function execute(texts: readonly string[]): Execution[] {
  return ask(EXECUTE, texts) as Execution[];
}

/** Compares each pair of texts as Python. */
export function compare(pairs: readonly (readonly [string, string])[]): Comparison[] {
  return ask(COMPARE, pairs) as Comparison[];
}
