import { Problem } from '../../common/problem.ts';

/** The settings djangoSessionMonitor.application.*, of which people are told what to change. */
export const SETTING = 'djangoSessionMonitor.application';

/**
 * The address of a setting; "http://" may be left out. Throws a `Problem` for what is none, and for one with a password in
 * it: settings files are shared.
 */
export function parseAddress(text: string, setting: string): URL {
  const trimmed = text.trim();
  const what = `The address in ${setting} can’t be used`;
  const next = 'Set it to something like http://127.0.0.1:8000/metrics.';
  const withScheme = /^[a-z][a-z\d+.-]*:\/\//iu.test(trimmed) ? trimmed : `http://${trimmed}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined;
  // Not repeated in the message: what can't be parsed may hold a password too.
  if (url === undefined) throw new Problem({ code: 'bad-address', what, why: 'It is no URL.', next, transient: false });
  if (url.username !== '' || url.password !== '') {
    throw new Problem({
      code: 'address-with-password',
      what,
      why: 'It holds a user name or a password, which a settings file is no place for.',
      next: 'Take the part before the @ out of it, and store it as credentials.',
      transient: false,
    });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    const why = `It begins with ${url.protocol}// and only http and https can be read.`;
    throw new Problem({ code: 'bad-address', what, why, next, transient: false });
  }
  url.hash = '';
  return url;
}

/** The address for people: without its query, which may hold a token. */
export function shownAddress(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

/** Whether what is sent to it stays on this machine. */
export function isLocal(url: URL): boolean {
  return /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/iu.test(url.hostname);
}
