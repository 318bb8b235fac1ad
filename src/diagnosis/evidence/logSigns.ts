import type { LogEnd } from '../../services/applicationLog/readLogEnds.ts';

/** What a line of a log says of sessions. */
export type LogSign = keyof typeof SIGNS;

/** Django's own words, and those of web servers. */
const SIGNS = {
  /** @see django/contrib/sessions/backends/base.py, django/core/signing.py */
  corrupted: /\bSession data corrupted\b/,
  /** Once, and not in the traceback below it as well. @see django/contrib/sessions/middleware.py */
  race: /(?<!SessionInterrupted: The request['’]s )\bsession was deleted before the request completed\b/,
  /** @see django/middleware/csrf.py, REASON_NO_CSRF_COOKIE */
  noCookie: /\bCSRF cookie not set\b/,
  /** A page that was asked for by a link on a page without TLS; of an access log. */
  overHttp: /"http:\/\/[^"\s]+"/,
  overHttps: /"https:\/\/[^"\s]+"/,
  /** A visitor is sent to sign in. */
  sentToSignIn: /\?next=/,
} as const satisfies Readonly<Record<string, RegExp>>;

/** The lines with one sign. */
export interface SignLines {
  readonly count: number;
  /** The last few, fit to be shown. */
  readonly last: readonly { readonly text: string; readonly source: string }[];
}

export interface LogEvidence {
  /** The logs that were looked at, read or not. */
  readonly logs: readonly Pick<LogEnd, 'name' | 'cut' | 'problem'>[];
  readonly lines: number;
  readonly signs: Readonly<Record<LogSign, SignLines>>;
  /** Errors that were raised in the throttle's file or name it. */
  readonly throttleErrors: SignLines;
}

const SHOWN = 3;

/** @param throttle name of the class, and name of its file without the folders */
export function signsIn(ends: readonly LogEnd[], throttle: ThrottleName | undefined): LogEvidence {
  const all = ends.flatMap(({ name, lines }) => lines.map((text) => ({ text, source: name })));
  const having = (is: (text: string) => boolean): SignLines => {
    const found = all.filter(({ text }) => is(text));
    return {
      count: found.length,
      last: found.slice(-SHOWN).map(({ text, source }) => ({ text: fitToShow(text), source })),
    };
  };
  const signs = Object.entries(SIGNS).map(([sign, words]) => [sign, having((text) => words.test(text))] as const);
  return {
    logs: ends.map(({ name, cut, problem }) => ({ name, cut, ...(problem === undefined ? {} : { problem }) })),
    lines: all.filter(({ text }) => text !== '').length,
    signs: Object.fromEntries(signs) as LogEvidence['signs'],
    throttleErrors: throttle === undefined ? { count: 0, last: [] } : errorsOf(all, throttle),
  };
}

export interface ThrottleName {
  readonly className: string;
  /** Of the source, with the folder that it is in; undefined: it is not known. */
  readonly file?: string;
}

const FRAME = /^\s*File "(.+)", line \d+, in (\w+)/;
/** Python's own and what is installed. */
const INSTALLED = /[\\/](?:site-packages|dist-packages|lib[\\/]python\d[\d.]*)[\\/]/;
/** @see SessionBase in django/contrib/sessions/backends/base.py */
const OPENS = /^(?:_legacy_)?decode$/;
const RAISED = /^[\w.]*(?:Error|Exception|Warning|DoesNotExist|KeyError)\b/;
const LEVEL = /\b(?:ERROR|CRITICAL|Exception|Traceback)\b/;

/**
 * A traceback counts once, by the exception that ends it, where one of its frames is in the throttle's file; a line that has the name of
 * the class and the word of an error counts as well.
 */
function errorsOf(
  all: readonly { readonly text: string; readonly source: string }[],
  throttle: ThrottleName,
): SignLines {
  const found: { readonly text: string; readonly source: string }[] = [];
  const { className, file } = throttle;
  let own = false;
  let before: string | undefined;
  for (const line of all) {
    const [, framed, name = ''] = FRAME.exec(line.text) ?? [];
    if (framed !== undefined) {
      // What raised is the innermost frame that is the project's own: Django turns an error into an answer below each middleware.
      // A session that Django itself can't open is no fault of who asks for it.
      if (INSTALLED.test(framed)) {
        if (OPENS.test(name)) own = false;
        continue;
      }
      own = file !== undefined && `/${framed.replaceAll('\\', '/')}`.endsWith(`/${file}`);
      before = line.text;
    } else if (RAISED.test(line.text)) {
      if (own) found.push({ ...line, text: `${line.text} (${(before ?? '').trim()})` });
      own = false;
    } else if (line.text.includes(className) && LEVEL.test(line.text)) found.push(line);
  }
  return {
    count: found.length,
    last: found.slice(-SHOWN).map(({ text, source }) => ({ text: fitToShow(text), source })),
  };
}

const MAX_SHOWN = 240;

/** Without what can't be seen or turns the text around, and without what may be a session's key or another secret. */
function fitToShow(line: string): string {
  const plain = line
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .replace(/\b[a-z0-9]{32}\b/gi, '…')
    .replace(/\b(\w*(?:session|token|password|secret|cookie|key)\w*["']?\s*[=:]\s*["']?)[^\s"'&;,]+/gi, '$1…')
    .replace(/(\?)[^\s"]*/g, '$1…')
    .trim();
  return plain.length > MAX_SHOWN ? `${plain.slice(0, MAX_SHOWN - 1)}…` : plain;
}
