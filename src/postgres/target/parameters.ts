import { Problem } from '../../common/problem.ts';
import { PARAMETERS, type Parameters } from './libpqParameters.ts';

const URL_FORM = /^postgres(?:ql)?:\/\/(?:([^@/?#]*)@)?([^/?#]*)(?:\/([^?#]*))?(?:\?(.*))?$/su;

/** Reads a URL (`postgresql://…`) or keyword/value pairs (`host=… dbname=…`). Throws a Problem that never repeats the text. */
export function parseConnectionString(text: string): Parameters {
  const trimmed = text.trim();
  const found = /^[a-z][a-z0-9+.-]*:\/\//iu.test(trimmed) ? parseUrl(trimmed) : parseKeywords(trimmed);
  for (const keyword of Object.keys(found)) {
    if (!Object.hasOwn(PARAMETERS, keyword)) throw invalid(`"${keyword}" is no connection parameter.`);
  }
  return found;
}

function parseUrl(text: string): Parameters {
  const match = URL_FORM.exec(text);
  if (match === null) throw invalid('A URL has to look like postgresql://user@host:5432/database.');
  const [, credentials, hosts = '', database, query = ''] = match;
  const found: Record<string, string> = {};
  const put = (keyword: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') found[keyword] = decode(value);
  };
  const colon = credentials?.indexOf(':') ?? -1;
  put('user', colon < 0 ? credentials : credentials?.slice(0, colon));
  put('password', colon < 0 ? undefined : credentials?.slice(colon + 1));
  put('dbname', database);
  const parts = hosts.split(',').map((one) => /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/u.exec(one));
  if (parts.includes(null)) throw invalid('The host and port of the URL can’t be told apart.');
  put('host', parts.map((part) => (part?.[1] ?? '').replace(/^\[(.*)\]$/u, '$1')).join(','));
  if (parts.some((part) => part?.[2] !== undefined))
    put('port', parts.map((part) => part?.[2] ?? (parts.length > 1 ? '5432' : '')).join(','));
  for (const pair of query.split('&').filter((part) => part !== '')) {
    const equals = pair.indexOf('=');
    if (equals < 0) throw invalid('A parameter behind the "?" has no "=".');
    const [keyword, value] = [decode(pair.slice(0, equals)), pair.slice(equals + 1)];
    // JDBC's and Heroku's way to say sslmode=require, which libpq accepts too.
    if (keyword === 'ssl' && value === 'true') put('sslmode', 'require');
    else put(keyword, value);
  }
  return found;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // The error of decodeURIComponent says nothing more, and the text may be a password.
    throw invalid('A "%" in the URL is not followed by two hexadecimal digits; write it as %25.');
  }
}

/** One `keyword = value`; the value bare or in single quotes, with backslash before a quote or backslash. */
const PAIR = /\s*([A-Za-z_]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))(?=\s|$)/suy;

function parseKeywords(text: string): Parameters {
  const found: Record<string, string> = {};
  PAIR.lastIndex = 0;
  while (PAIR.lastIndex < text.length) {
    const match = PAIR.exec(text);
    if (match === null)
      throw invalid('It is neither a postgresql:// URL nor keyword=value pairs such as host=… dbname=….');
    const value = (match[2] ?? match[3] ?? '').replace(/\\(.)/gsu, '$1');
    if (value !== '') found[match[1] ?? ''] = value;
  }
  return found;
}

export function invalid(why: string, what = 'Cannot read the connection string'): Problem {
  return new Problem({
    code: 'connection-string',
    what,
    why,
    next: 'Correct it; both postgresql://user@host:5432/database and host=… dbname=… user=… are understood.',
    transient: false,
  });
}
