import { Problem } from '../../common/problem.ts';
import type { Trust } from '../../services/http/httpExchange.ts';
import { isLocal, shownAddress } from '../../services/http/address.ts';
import { findLoginForm } from './loginForm.ts';
import { Visitor, type VisitedPage } from './visitor.ts';

/** How the visitors of the arm with a session come by it. */
export type SessionWay =
  /** Of somebody who is signed in: "sessionid=…" as the browser sends it. It is not the run's to delete. */
  | { readonly kind: 'cookie'; readonly cookie: string }
  | { readonly kind: 'form'; readonly login: URL; readonly user: string; readonly password: string }
  /** The site gives one to everybody who comes. */
  | { readonly kind: 'visit' }
  /** Only the arm without. */
  | { readonly kind: 'none' };

export interface VisitorOptions {
  readonly trust: Trust;
  readonly timeoutMs: number;
  readonly cookieName: string;
}

const MOST_REDIRECTS = 5;

/**
 * Makes them. `made` grows as they are made, so that what was made is known also when it fails half way.
 * @throws Problem when the site gives no session, or refuses the sign-in
 */
export async function makeSessions(
  way: SessionWay,
  url: URL,
  visitors: number,
  options: VisitorOptions,
  made: Set<string>,
  signal: AbortSignal,
): Promise<readonly Visitor[]> {
  if (way.kind === 'none') return [];
  if (way.kind === 'cookie') return [givenSession(way.cookie, options)];
  const all: Visitor[] = [];
  for (let i = 0; i < visitors; i++) {
    const visitor = new Visitor(options.trust, options.timeoutMs);
    try {
      await (way.kind === 'form' ? signIn(visitor, way, signal) : arrive(visitor, url, options.cookieName, signal));
    } finally {
      for (const key of visitor.given(options.cookieName)) made.add(key);
    }
    if (visitor.cookie(options.cookieName) === undefined) throw noSession(url, options.cookieName);
    all.push(visitor);
  }
  return all;
}

function givenSession(text: string, { trust, timeoutMs, cookieName }: VisitorOptions): Visitor {
  const cookie = text.includes('=') ? text.replace(/^\s*cookie:\s*/iu, '') : `${cookieName}=${text.trim()}`;
  const visitor = new Visitor(trust, timeoutMs, cookie);
  if (visitor.cookie(cookieName) === undefined) {
    throw new Problem({
      code: 'benchmark-no-session-cookie',
      what: "The benchmark can't use this cookie",
      why: `There is no ${cookieName} in it.`,
      next: `Copy the value of ${cookieName} from the browser’s developer tools.`,
      transient: false,
    });
  }
  return visitor;
}

async function arrive(visitor: Visitor, url: URL, cookieName: string, signal: AbortSignal): Promise<void> {
  await visitor.get(url, signal);
  if (visitor.cookie(cookieName) === undefined) throw noSession(url, cookieName);
}

type Form = Extract<SessionWay, { kind: 'form' }>;

async function signIn(visitor: Visitor, { login, user, password }: Form, signal: AbortSignal): Promise<void> {
  const page = await follow(visitor, login, signal);
  const what = `The benchmark can't sign in at ${shownAddress(page.url)}`;
  const form = findLoginForm(page.text, page.url);
  if (form === undefined) throw noForm(what, page);
  // The password goes where it was meant for: to the same server, and not unencrypted where the page was encrypted.
  if (form.action.origin !== login.origin && !(isLocal(form.action) && isLocal(login))) {
    const why = `Its form is sent to ${form.action.origin}, which is another server.`;
    throw new Problem({ code: 'benchmark-foreign-form', what, why, next: 'Give a cookie instead.', transient: false });
  }
  const content = new URLSearchParams([...form.hidden, [form.userField, user], [form.passwordField, password]]);
  const answer = await visitor.post(form.action, content, page.url, signal);
  const refusal = refusalOf(answer);
  if (refusal !== undefined) throw new Problem({ code: 'benchmark-login-refused', what, ...refusal, transient: false });
}

/** To the page with the form: redirects on the same server only. */
async function follow(visitor: Visitor, login: URL, signal: AbortSignal): Promise<VisitedPage> {
  let page = await visitor.get(login, signal);
  for (let i = 0; i < MOST_REDIRECTS && page.location?.origin === login.origin; i++) {
    page = await visitor.get(page.location, signal);
  }
  return page;
}

function refusalOf({ status, text, url }: VisitedPage): { readonly why: string; readonly next: string } | undefined {
  if (status === 403) {
    return {
      why: 'It refused the form (403), as Django does without a valid CSRF token.',
      next: 'Give a cookie instead.',
    };
  }
  if (status >= 400) return { why: `It answered ${status}.`, next: 'Look into the log of the site.' };
  if (findLoginForm(text, url) === undefined) return undefined;
  return { why: 'It shows the form again: name or password were refused.', next: 'Try again with the right ones.' };
}

function noForm(what: string, { status }: VisitedPage): Problem {
  const why = status >= 400 ? `It answers ${status}.` : 'There is no form with a name and one password on the page.';
  const next = 'Correct the address of the login, or give a cookie of somebody who is signed in.';
  return new Problem({ code: 'benchmark-no-login-form', what, why, next, transient: false });
}

function noSession(url: URL, cookieName: string): Problem {
  return new Problem({
    code: 'benchmark-no-session',
    what: `The benchmark got no session from ${shownAddress(url)}`,
    why: `The site set no cookie ${cookieName}.`,
    next: 'Sign in by its form, give a cookie, or correct SESSION_COOKIE_NAME if it has another name.',
    transient: false,
  });
}
