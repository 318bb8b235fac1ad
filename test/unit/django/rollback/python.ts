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

const PARSE = `
import ast, json, sys, warnings
warnings.simplefilter("ignore")
out = []
for text in json.load(sys.stdin):
    try:
        ast.parse(text.encode("utf-8", "surrogatepass"))
        out.append(True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        out.append(False)
json.dump(out, sys.stdout)
`;

function ask(program: string, texts: readonly string[]): unknown {
  const python = spawnSync('python3', ['-c', program], {
    input: JSON.stringify(texts),
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

/** Whether CPython can parse each text. */
export function parses(texts: readonly string[]): boolean[] {
  return ask(PARSE, texts) as boolean[];
}
