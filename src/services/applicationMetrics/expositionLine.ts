const NAME = /[a-zA-Z_:][\w:]*/uy;
const LABEL_NAME = /[a-zA-Z_]\w*/uy;
const QUOTED = /"([^"\\]*(?:\\.[^"\\]*)*)"/uy;
/** What may stand behind a name, at a glance. */
const LABELS_OR_NUMBER = /[ \t]*\{|[ \t]+[+-]?(?:\d|\.\d|nan|inf)/iuy;
/** What Go's ParseFloat and so Prometheus takes, but for hexadecimal numbers, which no client writes. */
const NUMBER = /^[+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)$/iu;
const SPECIAL = /^(?:nan|[+-]?inf(?:inity)?)$/iu;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

/** Reads a line with a sample from left to right: `name{label="value",…} value [time] [# exemplar]`. */
export class LineReader {
  readonly #line: string;
  #at = 0;

  constructor(line: string) {
    this.#line = line;
  }

  /** The name of the metric; empty if the line begins with braces, which then hold it quoted. */
  name(): string {
    const name = this.#match(NAME)?.[0] ?? '';
    if (name === '' && this.#line[this.#at] !== '{') throw new SyntaxError('It does not begin with a name.');
    return name;
  }

  /** A look at what follows, for a line that nobody wants: enough to tell it from prose. */
  expectValue(): void {
    if (this.#match(LABELS_OR_NUMBER) === undefined) throw new SyntaxError('There is no value behind the name.');
  }

  /** Puts the labels into `into`; returns a quoted name of the metric among them. */
  labels(into: Record<string, string>): string | undefined {
    this.#skipSpace();
    if (!this.#take('{')) return undefined;
    let metricName: string | undefined;
    for (;;) {
      this.#skipSpace();
      if (this.#take('}')) return metricName;
      const quoted = this.#quoted();
      const name = quoted ?? this.#match(LABEL_NAME)?.[0];
      if (name === undefined) throw new SyntaxError('A label has no name.');
      this.#skipSpace();
      if (this.#take('=')) {
        this.#skipSpace();
        const value = this.#quoted();
        if (value === undefined) throw new SyntaxError(`The label ${name} has no value in quotes.`);
        if (Object.hasOwn(into, name)) throw new SyntaxError(`The label ${name} is there twice.`);
        // "__proto__" is a label as any other; assigning is ten times as fast.
        if (name === '__proto__') Object.defineProperty(into, name, { value, enumerable: true, configurable: true });
        else into[name] = value;
      } else if (quoted !== undefined && metricName === undefined) metricName = quoted;
      else throw new SyntaxError(`The label ${name} has no value.`);
      this.#skipSpace();
      if (!this.#take(',') && this.#line[this.#at] !== '}') throw new SyntaxError('The labels don’t end with a brace.');
    }
  }

  /** The value; a time and an exemplar behind it are checked for their form only. */
  value(): number {
    const rest = this.#line.slice(this.#at).trim();
    const exemplar = rest.indexOf('#');
    const [value = '', time, ...more] = (exemplar === -1 ? rest : rest.slice(0, exemplar)).trim().split(/[ \t]+/u);
    if (more.length > 0) throw new SyntaxError('There is something behind the value.');
    if (time !== undefined && !NUMBER.test(time)) throw new SyntaxError('The time is no number.');
    return numberOf(value);
  }

  #quoted(): string | undefined {
    if (this.#line[this.#at] !== '"') return undefined;
    const text = this.#match(QUOTED)?.[1];
    return text?.includes('\\') === true
      ? text.replace(/\\(.)/gu, (both, char: string) => ESCAPES[char] ?? both)
      : text;
  }

  #skipSpace(): void {
    while (this.#line[this.#at] === ' ' || this.#line[this.#at] === '\t') this.#at++;
  }

  #take(char: string): boolean {
    if (this.#line[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#line);
    if (found === null) return undefined;
    this.#at = pattern.lastIndex;
    return found;
  }
}

/** Throws a SyntaxError. "NaN", "+Inf" and "-Inf" are numbers here. */
export function numberOf(text: string): number {
  if (NUMBER.test(text)) return Number(text);
  if (!SPECIAL.test(text)) throw new SyntaxError('The value is no number.');
  if (/nan/iu.test(text)) return Number.NaN;
  return text.startsWith('-') ? -Infinity : Infinity;
}
