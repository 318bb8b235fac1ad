import type { VisitSetting, VisitSettings } from '../../../django/project/sessions/visitSettings.ts';
import type { CauseJudgement, Confidence } from '../../cause.ts';
import type { LogEvidence } from '../../evidence/logSigns.ts';
import type { Neighbour } from '../../evidence/siteEvidence.ts';
import type { Exhibit } from '../../exhibit.ts';
import { logExhibits, outOf, settingExhibit, unseen } from '../judgements.ts';
import { isInDomain, onSameHost } from './hosts.ts';

/** What keeps a cookie from coming back, as far as the settings tell. */

export interface Seen {
  readonly settings: VisitSettings;
  /** Where the row needs them. */
  readonly logs: LogEvidence | undefined;
  readonly neighbours: readonly Neighbour[];
}

export interface Fault {
  readonly sentence: string;
  /** Of what the text of settings says. */
  readonly confidence: Exclude<Confidence, 'certain'>;
  readonly exhibits?: readonly Exhibit[];
}

export interface CookieRow {
  readonly id: string;
  readonly title: string;
  /** What it is about, the one to change first. */
  readonly settings: readonly [VisitSetting, ...VisitSetting[]];
  readonly needs?: readonly ('logs' | 'neighbours')[];
  /** undefined: the settings are no reason. */
  readonly fault: (seen: Seen) => Fault | CauseJudgement | undefined;
  readonly remedy: string;
  readonly text: string;
}

export const COOKIE_ROWS: readonly CookieRow[] = [
  {
    id: 'cookie-secure',
    title: 'The cookie is for TLS only, and the site is visited without',
    settings: ['SESSION_COOKIE_SECURE'],
    needs: ['logs'],
    fault: ({ settings: { SESSION_COOKIE_SECURE: secure }, logs }) => {
      if (secure.value !== true || logs === undefined) return undefined;
      const { overHttp, overHttps } = logs.signs;
      const all = overHttp.count + overHttps.count;
      if (all === 0) {
        return unseen(
          'The logs don’t tell whether pages are visited over http:// or https://.',
          'Name the access log of the web server in djangoSessionMonitor.diagnosis.logs, with the referers.',
        );
      }
      if (overHttp.count <= overHttps.count) return undefined;
      return {
        sentence: `SESSION_COOKIE_SECURE is True, and ${outOf(overHttp.count, all, 'links of the log')} are of pages without TLS: browsers don’t send the cookie there.`,
        confidence: 'likely',
        exhibits: logExhibits(overHttp),
      };
    },
    remedy: 'Serve the site over TLS',
    text: 'Redirect http:// to https:// (SECURE_SSL_REDIRECT), or set SESSION_COOKIE_SECURE = False where there is no TLS, as on a development machine.',
  },
  {
    id: 'cookie-domain',
    title: 'SESSION_COOKIE_DOMAIN is not the site’s',
    settings: ['SESSION_COOKIE_DOMAIN', 'ALLOWED_HOSTS'],
    fault: ({ settings: { SESSION_COOKIE_DOMAIN: domain, ALLOWED_HOSTS: hosts } }) => {
      const { value } = domain;
      if (typeof value !== 'string' || value === '') return undefined;
      const named = listOf(hosts.value).filter((host) => host !== '*');
      if (named.length === 0) {
        return unseen('ALLOWED_HOSTS names no host.', 'Compare SESSION_COOKIE_DOMAIN with the address of the site.');
      }
      const outside = named.filter((host) => !isInDomain(host, value));
      if (outside.length === 0) return undefined;
      return {
        sentence: `SESSION_COOKIE_DOMAIN is ${value}, and ${outside.join(', ')} ${outside.length === 1 ? 'is' : 'are'} not in it: browsers refuse the cookie there.`,
        confidence: outside.length === named.length ? 'likely' : 'possible',
      };
    },
    remedy: 'Correct SESSION_COOKIE_DOMAIN',
    text: 'Leave it out, so that the cookie is of the host that sets it, or name a domain that all hosts of the site are in.',
  },
  {
    id: 'cookie-samesite',
    title: 'SameSite keeps the cookie from coming back',
    settings: ['SESSION_COOKIE_SAMESITE', 'SESSION_COOKIE_SECURE'],
    fault: ({ settings: { SESSION_COOKIE_SAMESITE: sameSite, SESSION_COOKIE_SECURE: secure } }) => {
      if (sameSite.value === 'None' && secure.value === false) {
        return {
          sentence: 'SESSION_COOKIE_SAMESITE is ‘None’ without SESSION_COOKIE_SECURE: browsers refuse such a cookie.',
          confidence: 'likely',
        };
      }
      if (sameSite.value !== 'Strict') return undefined;
      // On the next page of the site the cookie is sent again: neither a row nor its times tell of it.
      return unseen(
        'SESSION_COOKIE_SAMESITE is ‘Strict’: who follows a link from another site or a mail arrives without the cookie, and no row tells of it.',
        'Follow such a link as a visitor who is signed in.',
      );
    },
    remedy: 'Set SESSION_COOKIE_SAMESITE = ‘Lax’',
    text: '‘Lax’ is Django’s default. ‘None’ is for sites that are shown inside of others, and needs SESSION_COOKIE_SECURE = True.',
  },
  {
    id: 'cookie-shared-name',
    title: 'Another project on the host has a cookie of the same name',
    settings: ['SESSION_COOKIE_NAME', 'SESSION_COOKIE_PATH'],
    needs: ['neighbours'],
    fault: ({ settings, neighbours }) => {
      const rivals = neighbours.filter((one) => onSameHost(settings, one.settings));
      const [rival] = rivals;
      if (rival === undefined) return undefined;
      return {
        sentence: `${rival.root} names its cookie ${String(settings.SESSION_COOKIE_NAME.value)} as well, for the same host: each project overwrites the cookie of the other (a port makes no difference).`,
        confidence: 'likely',
        exhibits: rivals.map((one) => settingExhibit('SESSION_COOKIE_NAME', one.settings.SESSION_COOKIE_NAME)),
      };
    },
    remedy: 'Give each project a cookie of its own',
    text: 'Set another SESSION_COOKIE_NAME in one of them, or a SESSION_COOKIE_PATH each where they are below different paths.',
  },
  {
    id: 'browser-close',
    title: 'Sessions end when the browser is closed',
    settings: ['SESSION_EXPIRE_AT_BROWSER_CLOSE'],
    fault: ({ settings: { SESSION_EXPIRE_AT_BROWSER_CLOSE: setting } }) =>
      setting.value === true
        ? {
            sentence: 'SESSION_EXPIRE_AT_BROWSER_CLOSE is True: who closes the browser has to sign in again.',
            confidence: 'likely',
          }
        : undefined,
    remedy: 'Set SESSION_EXPIRE_AT_BROWSER_CLOSE = False',
    text: 'Sessions then last as long as SESSION_COOKIE_AGE says. Where shared computers are the reason, offer “Keep me signed in” by request.session.set_expiry().',
  },
];

export function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? (value as string[]) : [];
}
