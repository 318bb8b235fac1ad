import { str, unresolved, withOrigin, type ValueOrigin, type Value } from '../values/values.ts';

/**
 * `os.environ` as the settings see it. Layers: what the process has and what the settings themselves load or set;
 * below it `.env` files that nothing loads in so many words but that stand where tools look (Docker Compose, direnv,
 * VS Code's own terminal): they answer only until the settings load a file themselves. Last comes what a compose file gives
 * the service that runs the project. In its container that would go before a `.env`, which does not override what is there; but
 * a `.env` beside the settings is what holds for Django on this machine, and mostly says the same or what works here.
 */
export class Environment {
  readonly #own = new Map<string, Value>();
  #ambient: { readonly file: string; readonly variables: ReadonlyMap<string, string> }[] = [];
  /** Names answered by a file that the settings do not load, by file. */
  readonly ambientUse = new Map<string, Set<string>>();
  #loaded = false;
  readonly #deleted = new Set<string>();
  #container: ReadonlyMap<string, Value> = new Map();
  /** Nothing is known about the environment: every look-up is unresolved. */
  readonly #closed: boolean;

  constructor(process: Readonly<Record<string, string | undefined>> | 'unknown') {
    this.#closed = process === 'unknown';
    if (process !== 'unknown')
      for (const [k, v] of Object.entries(process))
        if (v !== undefined) this.#own.set(k, withOrigin(str(v), { kind: 'environment', name: k }));
  }

  /** What the process has or the settings loaded or set; undefined: none of these. */
  own(name: string): Value | undefined {
    return this.#own.get(name);
  }

  /** undefined: surely not set. */
  get(name: string): Value | undefined {
    const own = this.#own.get(name);
    if (own !== undefined) return own;
    if (this.#deleted.has(name)) return undefined;
    if (this.#closed) return unresolved(`the environment variable ${name} is not read here`);
    for (const { file, variables } of this.#ambient) {
      const value = variables.get(name);
      if (value === undefined) continue;
      this.ambientUse.set(file, (this.ambientUse.get(file) ?? new Set()).add(name));
      return withOrigin(str(value), { kind: 'file', name, file });
    }
    return this.#container.get(name);
  }

  /** The text of a variable, undefined when it is not set or not known. */
  text(name: string): string | undefined {
    const value = this.get(name);
    return value?.t === 'str' ? value.v : undefined;
  }

  /** Adds files that answer after those that are there; without effect once the settings have loaded a file themselves. */
  addAmbient(file: string, variables: ReadonlyMap<string, string>): void {
    if (!this.#loaded && !this.#ambient.some((layer) => layer.file === file)) this.#ambient.push({ file, variables });
  }

  /** What answers last. */
  setContainer(variables: ReadonlyMap<string, { readonly value: string; readonly origin: ValueOrigin }>): void {
    this.#container = new Map([...variables].map(([name, one]) => [name, withOrigin(str(one.value), one.origin)]));
  }

  set(name: string, value: Value): void {
    this.#own.set(name, value);
  }

  delete(name: string): void {
    this.#own.delete(name);
    this.#deleted.add(name);
  }

  /** What read_env() and load_dotenv() do: the process wins unless `override`. */
  load(variables: ReadonlyMap<string, string>, override: boolean, file: string): void {
    this.#ambient = [];
    this.#loaded = true;
    for (const [name, value] of variables)
      if (override || !this.#own.has(name)) this.#own.set(name, withOrigin(str(value), { kind: 'file', name, file }));
  }

  /** "X is not set": the reason that is shown. */
  static missing(name: string): string {
    return `the environment variable ${name} is not set`;
  }
}
