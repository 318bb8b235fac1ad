import * as vscode from 'vscode';
import type { Arm } from '../../benchmark/run/plan.ts';
import type { BenchmarkRun, RunKind } from '../../benchmark/run/record.ts';
import type { SessionWay } from '../../benchmark/site/sessions.ts';
import { isLocal } from '../../services/http/address.ts';
import { askChoice, askText, runSteps, type Step } from '../common/steps.ts';
import { BENCHMARK_TITLE, sizeStep, type Size, type SizeAnswer } from './askSize.ts';

/** What a person answers. Passwords and cookies are used once and kept nowhere. */
export interface PlanAnswers extends SizeAnswer {
  readonly url?: URL;
  readonly way?: SessionWay['kind'];
  readonly cookie?: string;
  readonly login?: URL;
  readonly user?: string;
  readonly password?: string;
  readonly kind?: RunKind;
}

export interface AskedPlan extends Size {
  readonly url: URL;
  readonly way: SessionWay;
  readonly arms: readonly Arm[];
  readonly kind: RunKind;
}

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
      title: BENCHMARK_TITLE,
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
      title: BENCHMARK_TITLE,
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
  const answer = await askChoice(BENCHMARK_TITLE, WAYS, position, 'How does a visitor come by a session?');
  return answer.kind === 'answer' ? { kind: 'next', answers: { ...answers, way: answer.value.way } } : answer;
};

const loginStep: Step<PlanAnswers> = async (answers, position) => {
  const { url } = answers;
  const options = {
    title: BENCHMARK_TITLE,
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
    const answer = await askText({ title: BENCHMARK_TITLE, prompt, password, validate, ...value }, position);
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
    const answer = await askChoice(
      BENCHMARK_TITLE,
      hasBaseline ? items.toReversed() : items,
      position,
      'What is it kept as?',
    );
    return answer.kind === 'answer' ? { kind: 'next', answers: { ...answers, kind: answer.value.runKind } } : answer;
  };
}
