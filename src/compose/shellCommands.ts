/** A word of a shell command, without its quotes; what the shell would put in for `$…` and `$(…)` stands as it is written. */
export interface ShellWord {
  readonly text: string;
  /** UTF-16 offsets in the script. */
  readonly from: number;
  readonly to: number;
}

/** One simple command: a program and its arguments, without where its input and output go. */
export interface ShellCommand {
  readonly words: readonly ShellWord[];
  /** Its output goes to a file or to the next command. */
  readonly isRedirected: boolean;
}

const QUOTED_ESCAPES = new Set(['"', '\\', '$', '`', '\n']);

/**
 * The simple commands of a script in their order, whatever they are nested in; words of the grammar (while, then, do, {) stand before
 * the command they belong to. It is read as a POSIX shell takes it apart; nothing is put in for variables.
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
 */
export function shellCommands(script: string): ShellCommand[] {
  return new Reader(script).read();
}

/** >&2 goes where a log is read as well. */
const isToFile = (signs: string): boolean => signs.startsWith('>') && !signs.endsWith('&');

class Reader {
  readonly #text: string;
  readonly #commands: ShellCommand[] = [];
  #words: ShellWord[] = [];
  #isRedirected = false;
  /** The next word is where input or output goes. */
  #redirects = false;
  #at = 0;
  /** Ends of here-documents whose text begins in the next line. */
  #ends: string[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  read(): ShellCommand[] {
    while (this.#at < this.#text.length) this.#step();
    this.#end();
    return this.#commands;
  }

  #step(): void {
    const text = this.#text;
    const sign = text[this.#at] ?? '';
    if (text.startsWith('\\\n', this.#at) || text.startsWith('\\\r\n', this.#at))
      this.#at = text.indexOf('\n', this.#at) + 1;
    else if (sign === '\n') {
      this.#at++;
      this.#end();
      this.#passDocuments();
    } else if (/\s/u.test(sign)) this.#at++;
    else if (sign === '#') {
      const end = text.indexOf('\n', this.#at);
      this.#at = end === -1 ? text.length : end;
    } else if (/[;&|(){}]/u.test(sign) && !this.#isBrace(sign)) {
      const isOr = text.startsWith('||', this.#at);
      if (sign === '|' && !isOr) this.#isRedirected = true;
      this.#at += isOr ? 2 : 1;
      // &> is of a redirection.
      if (sign !== '&' || text[this.#at] !== '>') this.#end();
    } else if (sign === '<' || sign === '>') this.#redirect();
    else this.#word();
  }

  /** { and } are signs of the grammar by themselves, and letters in a word. */
  #isBrace(sign: string): boolean {
    return (sign === '{' || sign === '}') && !/^[{}](?:[\s;]|$)/u.test(this.#text.slice(this.#at, this.#at + 2));
  }

  #redirect(): void {
    const [signs = ''] = /^(?:<<-?|>>|<>|>\||[<>]&?)/u.exec(this.#text.slice(this.#at, this.#at + 3)) ?? [];
    // A digit right before it is the number of what is redirected.
    const last = this.#words.at(-1);
    if (last !== undefined && /^\d$/u.test(last.text) && last.to === this.#at) {
      this.#words.pop();
      if (last.text === '1' && isToFile(signs)) this.#isRedirected = true;
    } else if (isToFile(signs)) this.#isRedirected = true;
    this.#at += Math.max(1, signs.length);
    this.#redirects = true;
    if (!signs.startsWith('<<')) return;
    while (this.#text[this.#at] === ' ') this.#at++;
    const words = this.#words.length;
    this.#redirects = false;
    this.#word();
    const end = this.#words.length > words ? this.#words.pop() : undefined;
    if (end !== undefined) this.#ends.push(end.text);
  }

  #word(): void {
    const text = this.#text;
    const from = this.#at;
    let word = '';
    while (this.#at < text.length) {
      const sign = text[this.#at] ?? '';
      if (/[\s;&|<>()]/u.test(sign)) break;
      if (sign === "'") {
        const end = text.indexOf("'", this.#at + 1);
        word += text.slice(this.#at + 1, end === -1 ? text.length : end);
        this.#at = end === -1 ? text.length : end + 1;
      } else if (sign === '"') word += this.#double();
      else if (sign === '\\') {
        word += text[this.#at + 1] === '\n' ? '' : (text[this.#at + 1] ?? '');
        this.#at += 2;
      } else if (sign === '$' || sign === '`') word += this.#substitution();
      else {
        word += sign;
        this.#at++;
      }
    }
    if (this.#at === from) this.#at++;
    if (!this.#redirects) this.#words.push({ text: word, from, to: this.#at });
    this.#redirects = false;
  }

  #double(): string {
    let word = '';
    this.#at++;
    while (this.#at < this.#text.length) {
      const sign = this.#text[this.#at] ?? '';
      if (sign === '"') {
        this.#at++;
        break;
      }
      if (sign === '\\' && QUOTED_ESCAPES.has(this.#text[this.#at + 1] ?? '')) {
        word += this.#text[this.#at + 1] ?? '';
        this.#at += 2;
      } else if (sign === '$' || sign === '`') word += this.#substitution();
      else {
        word += sign;
        this.#at++;
      }
    }
    return word;
  }

  /** $( … ), ${ … }, $(( … )) and ` … ` are one piece of a word, whatever stands in them. */
  #substitution(): string {
    const from = this.#at;
    const text = this.#text;
    if (text[from] === '`') {
      const end = text.indexOf('`', from + 1);
      this.#at = end === -1 ? text.length : end + 1;
      return text.slice(from, this.#at);
    }
    const [open, close] = text[from + 1] === '(' ? '()' : text[from + 1] === '{' ? '{}' : '';
    this.#at++;
    if (open === undefined || close === undefined) return '$';
    let depth = 0;
    for (; this.#at < text.length; this.#at++) {
      if (text[this.#at] === open) depth++;
      else if (text[this.#at] === close && --depth === 0) {
        this.#at++;
        break;
      }
    }
    return text.slice(from, this.#at);
  }

  #passDocuments(): void {
    for (const end of this.#ends.splice(0)) {
      for (;;) {
        const next = this.#text.indexOf('\n', this.#at);
        const line = this.#text.slice(this.#at, next === -1 ? this.#text.length : next);
        this.#at = next === -1 ? this.#text.length : next + 1;
        if (line.trim() === end || next === -1) break;
      }
    }
  }

  #end(): void {
    if (this.#words.length > 0) this.#commands.push({ words: this.#words, isRedirected: this.#isRedirected });
    this.#words = [];
    this.#isRedirected = false;
    this.#redirects = false;
  }
}
