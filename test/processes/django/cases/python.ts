import { ask } from '../rollback/python.ts';

/** What CPython makes of a settings file whose packages are stood in for. */

export interface CaseRun {
  readonly middleware?: readonly string[];
  readonly everyRequest?: boolean | null;
  /** repr() of every other setting. */
  readonly others?: Readonly<Record<string, string>>;
  readonly error?: string;
}

export interface CaseFile {
  readonly text: string;
  readonly modules?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
}

const EXECUTE = `
import json, os, sys, types
out = []
for case in json.load(sys.stdin):
    made = []
    for name, code in (case.get("modules") or {}).items():
        module = sys.modules[name] = types.ModuleType(name)
        made.append(name)
        exec(code, module.__dict__)
    os.environ.update(case.get("environment") or {})
    names = {"__name__": "settings", "__file__": "/settings.py"}
    try:
        exec(compile(case["text"], "/settings.py", "exec"), names)
    except BaseException as error:
        out.append({"error": repr(error)})
    else:
        classes = [v for v in names.values() if isinstance(v, type) and hasattr(v, "MIDDLEWARE")]
        get = lambda key, old=None: names[key] if key in names else getattr(classes[-1], key, old) if classes else old
        middleware = get("MIDDLEWARE", names.get("MIDDLEWARE_CLASSES"))
        others = {k: repr(v) for k, v in names.items() if k.isupper() and "MIDDLEWARE" not in k and k != "BASE"}
        others.pop("SESSION_SAVE_EVERY_REQUEST", None)
        out.append({"middleware": list(middleware), "everyRequest": get("SESSION_SAVE_EVERY_REQUEST"), "others": others})
    for name in made:
        del sys.modules[name]
    for name in case.get("environment") or {}:
        del os.environ[name]
json.dump(out, sys.stdout)
`;

export function executeCases(cases: readonly CaseFile[]): readonly CaseRun[] {
  return ask(EXECUTE, cases) as readonly CaseRun[];
}
