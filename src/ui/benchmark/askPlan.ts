import * as vscode from 'vscode';
import { clamped } from '../../common/numberRange.ts';
import { LIMITS, MOST_REQUESTS, type Arm } from '../../benchmark/run/plan.ts';
import type { BenchmarkRun, RunKind } from '../../benchmark/run/record.ts';
import type { SessionWay } from '../../benchmark/site/sessions.ts';
import { isLocal } from '../../services/http/address.ts';
import { askChoice, askText, runSteps, type Step } from '../common/steps.ts';

/** What a person answers. Passwords and cookies are used once and kept nowhere. */
export interface PlanAnswers {
  readonly url?: URL;
  readonly way?: SessionWay['kind'];
  readonly cookie?: string;
  readonly login?: URL;
  readonly user?: string;
  readonly password?: string;
  readonly size?: Size;
  readonly kind?: RunKind;
}

export interface Size {
  readonly rounds: number;
  readonly requestsPerRound: number;
  readonly connections: number;
}

export interface AskedPlan extends Size {
  readonly url: URL;
  readonly way: SessionWay;
  readonly arms: readonly Arm[];
  readonly kind: RunKind;
}

const TITLE = 'Run benchmark';
const DEFAULT_URL = 'http://127.0.0.1:8000/';

/** Asks what to measure and how; undefined: the person gave up. @param runs that are kept, newest first */
export async function askPlan(runs: readonly BenchmarkRun[]): Promise<AskedPlan | undefined> {
  const where = await runSteps<PlanAnswers>([addressStep(runs[0]?.url ?? DEFAULT_URL), hostStep, wayStep], {});
  if (where === undefined) return undefined;
  const baseline = runs.some(({ kind, url }) => kind === 'baseline' && url === plain(where.url));
  const rest = [...(where.way === undefined ? [] : WAY_STEPS[where.way]), sizeStep, kindStep(baseline)];
  const { url, size, kind, ...answers } = (await runSteps<PlanAnswers>(rest, where)) ?? {};
  if (url === undefined || size === undefined || kind === undefined) return undefined;
  const way = wayOf(answers);
  return { ...size, url, kind, way, arms: way.kind === 'none' ? ['noSession'] : ['session', 'noSession'] };
}

function plain(url: URL | undefined): string {
  return url === undefined ? '' : `${url.origin}${url.pathname}`;
}

function wayOf({ way, cookie = '', login, user = '', password = '' }: PlanAnswers): SessionWay {
  if (way === 'cookie') return { kind: 'cookie', cookie };
  if (way === 'form' && login !== undefined) return { kind: 'form', login, user, password };
  return { kind: way === 'visit' ? 'visit' : 'none' };
}

/** A sentence where the text is no address of a page. */
function complaint(text: string): string | undefined {
  const url = parsed(text);
  if (url === undefined) return 'Enter an address such as http://127.0.0.1:8000/.';
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'It has to begin with http:// or https://.';
  return url.username === '' && url.password === '' ? undefined : 'Leave the user name and password out of it.';
}

function parsed(text: string): URL | undefined {
  const address = /^[a-z][a-z\d+.-]*:\/\//iu.test(text.trim()) ? text.trim() : `http://${text.trim()}`;
  return URL.canParse(address) ? new URL(address) : undefined;
}

function addressStep(suggested: string): Step<PlanAnswers> {
  return async (answers, position) => {
    const options = {
      title: TITLE,
      prompt: 'Address of a page that visitors look at. It is asked for many times; choose one that changes nothing.',
      value: answers.url?.href ?? suggested,
      validate: complaint,
    };
    const answer = await askText(options, position);
    const url = answer.kind === 'answer' ? parsed(answer.value) : undefined;
    return answer.kind === 'answer' ? { kind: 'next', answers: { ...answers, ...(url && { url }) } } : answer;
  };
}

/** What is not on this machine may be somebody else's: its host is typed once more. */
const hostStep: Step<PlanAnswers> = async (answers, position) => {
  const { url } = answers;
  if (url === undefined || isLocal(url)) return { kind: 'next', answers };
  const answer = await askText(
    {
      title: TITLE,
      prompt: `${url.host} is not this machine. Type its name to load it with requests, which you may do only with the consent of whoever runs it.`,
      validate: (text) => (text.trim() === url.host ? undefined : `Type ${url.host} exactly.`),
    },
    position,
  );
  return answer.kind === 'answer' ? { kind: 'next', answers } : answer;
};

const WAYS: readonly (vscode.QuickPickItem & { readonly way: SessionWay['kind'] })[] = [
  { way: 'form', label: 'Sign in by a form', detail: 'As a user that you name; the sessions are deleted afterwards' },
  {
    way: 'cookie',
    label: 'Use a cookie',
    detail: 'Of a session that exists, copied from the browser; it is left as it is',
  },
  { way: 'visit', label: 'Take what the site gives', detail: 'Where every visitor gets a session; deleted afterwards' },
  { way: 'none', label: 'Without a session', detail: 'As ab without -C: it can’t show what a throttle does' },
];

const wayStep: Step<PlanAnswers> = async (answers, position) => {
  const answer = await askChoice(TITLE, WAYS, position, 'How does a visitor come by a session?');
  return answer.kind === 'answer' ? { kind: 'next', answers: { ...answers, way: answer.value.way } } : answer;
};

const loginStep: Step<PlanAnswers> = async (answers, position) => {
  const { url } = answers;
  const options = {
    title: TITLE,
    prompt: 'Address of the page with the form',
    value: answers.login?.href ?? new URL('/accounts/login/', url).href,
    validate: (text: string): string | undefined => {
      const login = parsed(text);
      const same = login?.origin === url?.origin;
      return (
        complaint(text) ?? (same ? undefined : `It has to be on ${url?.origin ?? 'the same server'}, as the page is.`)
      );
    },
  };
  const answer = await askText(options, position);
  const login = answer.kind === 'answer' ? parsed(answer.value) : undefined;
  return answer.kind === 'answer' ? { kind: 'next', answers: { ...answers, ...(login && { login }) } } : answer;
};

function textStep(key: 'user' | 'password' | 'cookie', prompt: string, missing: string): Step<PlanAnswers> {
  return async (answers, position) => {
    const password = key !== 'user';
    const validate = (text: string): string | undefined => (text.trim() === '' ? missing : undefined);
    const value = password ? {} : { value: answers[key] ?? '' };
    const answer = await askText({ title: TITLE, prompt, password, validate, ...value }, position);
    return answer.kind === 'answer' ? { kind: 'next', answers: { ...answers, [key]: answer.value } } : answer;
  };
}

const WAY_STEPS: Readonly<Record<SessionWay['kind'], readonly Step<PlanAnswers>[]>> = {
  form: [
    loginStep,
    textStep('user', 'User name, best of an account made for this', 'Enter the user name.'),
    textStep('password', 'Password, used for this run and kept nowhere', 'Enter the password.'),
  ],
  cookie: [
    textStep('cookie', 'Value of the session’s cookie, or the whole Cookie header; kept nowhere', 'Enter the cookie.'),
  ],
  visit: [],
  none: [],
};

type SizeItem = vscode.QuickPickItem & { readonly size?: Size };

const SIZES: readonly SizeItem[] = [
  {
    label: 'As the guide: 1,000 requests, 10 at a time',
    detail: '5 rounds of 200',
    size: { rounds: 5, requestsPerRound: 200, connections: 10 },
  },
  {
    label: 'Thorough: 5,000 requests, 10 at a time',
    detail: '10 rounds of 500: tells smaller differences from noise',
    size: { rounds: 10, requestsPerRound: 500, connections: 10 },
  },
  {
    label: 'Short: 300 requests, 5 at a time',
    detail: '3 rounds of 100: a first look',
    size: { rounds: 3, requestsPerRound: 100, connections: 5 },
  },
  { label: 'Other…', detail: 'Rounds, requests a round, connections' },
];

const sizeStep: Step<PlanAnswers> = async (answers, position) => {
  const answer = await askChoice(TITLE, SIZES, position, 'How much, for each way of asking');
  if (answer.kind !== 'answer') return answer;
  if (answer.value.size !== undefined) return { kind: 'next', answers: { ...answers, size: answer.value.size } };
  const typed = await askText(
    { title: TITLE, prompt: 'Rounds, requests a round, connections', value: '10, 500, 10', validate: sizeComplaint },
    position,
  );
  return typed.kind === 'answer' ? { kind: 'next', answers: { ...answers, size: sizeOf(typed.value) } } : typed;
};

function sizeOf(text: string): Size {
  const [rounds = NaN, requestsPerRound = NaN, connections = NaN] = text.split(',').map(Number);
  return { rounds, requestsPerRound, connections };
}

function sizeComplaint(text: string): string | undefined {
  const size = sizeOf(text);
  const wrong = (['rounds', 'requestsPerRound', 'connections'] as const).find((key) => {
    return clamped(size[key], LIMITS[key]) !== size[key] || !Number.isInteger(size[key]);
  });
  if (wrong !== undefined || text.split(',').length !== 3) {
    const ranges = [LIMITS.rounds, LIMITS.requestsPerRound, LIMITS.connections].map(
      (one) => `${one.minimum} to ${one.maximum}`,
    );
    return `Enter three whole numbers with commas between them: ${ranges.join(', ')}.`;
  }
  if (2 * size.rounds * size.requestsPerRound > MOST_REQUESTS) return `That is more than ${MOST_REQUESTS} requests.`;
  return size.requestsPerRound < size.connections
    ? 'Each connection has to send one request a round at least.'
    : undefined;
}

function kindStep(hasBaseline: boolean): Step<PlanAnswers> {
  const items: readonly (vscode.QuickPickItem & { readonly runKind: RunKind })[] = [
    { runKind: 'baseline', label: 'Baseline', detail: 'What is now, before a change' },
    {
      runKind: 'after',
      label: 'After',
      detail: hasBaseline
        ? 'Compared with the last baseline of this page'
        : 'After a change; there is no baseline of this page yet',
    },
  ];
  return async (answers, position) => {
    const answer = await askChoice(TITLE, hasBaseline ? items.toReversed() : items, position, 'What is it kept as?');
    return answer.kind === 'answer' ? { kind: 'next', answers: { ...answers, kind: answer.value.runKind } } : answer;
  };
}
