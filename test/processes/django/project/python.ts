import { spawnSync } from 'node:child_process';

/** What CPython makes of projects with split settings: each is written to a folder of its own and imported. */

export interface Project {
  /** Paths relative to the folder. */
  readonly files: Readonly<Record<string, string>>;
  readonly module: string;
}

export interface Outcome {
  readonly middleware?: readonly string[];
  /** repr() of each SESSION_ setting. */
  readonly session?: Readonly<Record<string, string>>;
  readonly error?: string;
}

const IMPORT = `
import importlib, json, os, pathlib, sys, tempfile
sys.dont_write_bytecode = True
known = set(sys.modules)
out = []
for project in json.load(sys.stdin):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in project["files"].items():
            file = pathlib.Path(folder, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode("utf-8", "surrogatepass"))
        path = [folder, os.path.join(folder, "src")]
        sys.path[:0] = path
        importlib.invalidate_caches()
        try:
            module = importlib.import_module(project["module"])
            out.append({
                "middleware": list(getattr(module, "MIDDLEWARE", [])),
                "session": {n: repr(v) for n, v in vars(module).items() if n.startswith("SESSION_")},
            })
        except BaseException as error:
            out.append({"error": repr(error)})
        for name in set(sys.modules) - known:
            del sys.modules[name]
        del sys.path[:len(path)]
json.dump(out, sys.stdout)
`;

export function importProjects(projects: readonly Project[]): Outcome[] {
  const python = spawnSync('python3', ['-c', IMPORT], {
    input: JSON.stringify(projects),
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (python.status !== 0) throw new Error(`python3 ended with ${python.status ?? 'a signal'}: ${python.stderr}`);
  return JSON.parse(python.stdout) as Outcome[];
}
