import { Problem } from '../../common/problem.ts';
import { shownAddress } from '../../services/http/address.ts';
import type { VisitedPage } from './visitor.ts';

interface Rule {
  readonly code: string;
  readonly when: (page: VisitedPage) => boolean;
  readonly why: (page: VisitedPage) => string;
  readonly next: string;
}

const place = ({ location }: VisitedPage): string =>
  location === undefined ? 'somewhere else' : shownAddress(location);
const leadsToLogin = ({ location }: VisitedPage): boolean =>
  location !== undefined && (location.searchParams.has('next') || /log-?in|sign-?in|auth/iu.test(location.pathname));

/** What keeps a page from being measured; the first row that fits wins. An answer of 2xx fits none. */
const RULES: readonly Rule[] = [
  {
    code: 'benchmark-needs-login',
    when: (page) => page.status >= 300 && page.status < 400 && leadsToLogin(page),
    why: (page) => `It wants a login: it redirects to ${place(page)}.`,
    next: 'Choose to sign in by its form, or give a cookie of somebody who is signed in.',
  },
  {
    code: 'benchmark-redirects',
    when: ({ status }) => status >= 300 && status < 400,
    why: (page) => `It redirects (${page.status}) to ${place(page)}, and only the redirect would be measured.`,
    next: 'Give the address that it leads to.',
  },
  {
    code: 'benchmark-needs-login',
    when: ({ status }) => status === 401 || status === 403,
    why: ({ status }) => `It lets only some in (${status}).`,
    next: 'Choose to sign in by its form, or give a cookie of somebody who may read it.',
  },
  {
    code: 'benchmark-bad-host',
    when: ({ status }) => status === 400,
    why: () => 'It calls the request bad (400), as Django does where ALLOWED_HOSTS lacks the host.',
    next: 'Use a host name that ALLOWED_HOSTS has.',
  },
  {
    code: 'benchmark-not-found',
    when: ({ status }) => status === 404,
    why: () => 'There is no such page (404).',
    next: 'Give the address of a page that visitors look at.',
  },
  {
    code: 'benchmark-too-many',
    when: ({ status }) => status === 429,
    why: () => 'It limits how often it is asked (429), and the limit would be measured.',
    next: 'Switch the limit off where it is measured, or measure behind it.',
  },
  {
    code: 'benchmark-server-error',
    when: ({ status }) => status >= 500,
    why: ({ status }) => `It fails (${status}).`,
    next: 'Look into the log of the site, and run the benchmark when the page works.',
  },
  {
    code: 'benchmark-not-a-page',
    when: ({ status }) => status < 200 || status >= 300,
    why: ({ status }) => `It answers ${status}.`,
    next: 'Give the address of a page that answers 200.',
  },
];

/** Why a page can't be measured; undefined: it can. */
export function pageProblem(page: VisitedPage): Problem | undefined {
  const rule = RULES.find(({ when }) => when(page));
  if (rule === undefined) return undefined;
  const what = `The benchmark can't measure ${shownAddress(page.url)}`;
  return new Problem({ code: rule.code, what, why: rule.why(page), next: rule.next, transient: false });
}
