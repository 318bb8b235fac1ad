import * as vscode from 'vscode';
import { Problem } from '../../common/problem.ts';
import type { ApplicationServer } from '../../monitoring/application/applicationSettings.ts';
import { SETTING } from '../../services/http/address.ts';
import type { Credentials } from '../../services/http/credentials.ts';
import { showInformationMessage, showQuickPick } from '../common/messages.ts';
import { askChoice, askText, runSteps, type Step } from '../common/steps.ts';
import type { ApplicationCredentials } from './applicationCredentials.ts';

/** What has been answered so far. */
interface Answers {
  readonly server?: ApplicationServer;
  readonly kind?: Credentials['kind'];
  readonly user?: string;
  readonly secret?: string;
}

const TITLE = 'Store credentials for application metrics';

const KINDS: readonly (vscode.QuickPickItem & { readonly scheme: Credentials['kind'] })[] = [
  { scheme: 'bearer', label: 'Bearer token', detail: 'One word that the server knows you by' },
  { scheme: 'basic', label: 'User name and password', detail: 'Basic authentication' },
];

/** Asks for credentials and keeps them in SecretStorage. Resolves when they are stored, or when the person gives up. */
export async function storeCredentials(
  servers: readonly ApplicationServer[],
  store: ApplicationCredentials,
): Promise<void> {
  const [only] = servers;
  if (only === undefined) throw noServer('No credentials were stored');
  const first = servers.length > 1 ? [serverStep(servers)] : [];
  const kind = await runSteps<Answers>([...first, kindStep], servers.length > 1 ? {} : { server: only });
  if (kind === undefined) return;
  const rest = kind.kind === 'basic' ? [userStep, secretStep] : [secretStep];
  const { server, user = '', secret = '' } = (await runSteps<Answers>(rest, kind)) ?? {};
  if (server === undefined || secret === '') return;
  await store.store(
    server,
    kind.kind === 'basic' ? { kind: 'basic', user, password: secret } : { kind: 'bearer', token: secret.trim() },
  );
  vscode.window.setStatusBarMessage(`$(key) Credentials stored for ${server.origin}`, 5_000);
}

export async function removeCredentials(
  servers: readonly ApplicationServer[],
  store: ApplicationCredentials,
): Promise<void> {
  if (servers.length === 0) throw noServer('No credentials were removed');
  const stored: ApplicationServer[] = [];
  for (const server of servers) if (await store.has(server)) stored.push(server);
  if (stored.length === 0) {
    void showInformationMessage('No credentials are stored for the servers that are set.');
    return;
  }
  const chosen = await showQuickPick(stored.map(itemOf), { title: 'Remove which credentials?' });
  if (chosen === undefined) return;
  await store.remove(chosen.server);
  vscode.window.setStatusBarMessage(`$(trash) Credentials removed for ${chosen.server.origin}`, 5_000);
}

function itemOf(server: ApplicationServer): vscode.QuickPickItem & { readonly server: ApplicationServer } {
  return { label: server.label, description: server.origin, server };
}

function serverStep(servers: readonly ApplicationServer[]): Step<Answers> {
  return async (answers, position) => {
    const answer = await askChoice(TITLE, servers.map(itemOf), position, 'Which server are they for?');
    return answer.kind === 'answer' ? { kind: 'next', answers: { ...answers, server: answer.value.server } } : answer;
  };
}

const kindStep: Step<Answers> = async (answers, position) => {
  const answer = await askChoice(TITLE, KINDS, position, `What does ${answers.server?.origin ?? ''} want?`);
  return answer.kind === 'answer' ? { kind: 'next', answers: { ...answers, kind: answer.value.scheme } } : answer;
};

const userStep: Step<Answers> = async (answers, position) => {
  const answer = await askText(
    {
      title: TITLE,
      prompt: `User name at ${answers.server?.origin ?? ''}`,
      ...(answers.user === undefined ? {} : { value: answers.user }),
      validate: (text) =>
        text === '' ? 'Enter the user name.' : text.includes(':') ? 'A user name can’t hold a colon.' : undefined,
    },
    position,
  );
  return answer.kind === 'answer' ? { kind: 'next', answers: { ...answers, user: answer.value } } : answer;
};

const secretStep: Step<Answers> = async (answers, position) => {
  const isToken = answers.kind === 'bearer';
  const answer = await askText(
    {
      title: TITLE,
      prompt: `${isToken ? 'Bearer token' : 'Password'} for ${answers.server?.origin ?? ''}, kept in the secret storage of VS Code`,
      password: true,
      validate: (text) =>
        text === ''
          ? `Enter the ${isToken ? 'token' : 'password'}.`
          : isToken && !/^[\x21-\x7e]+$/u.test(text.trim())
            ? 'A bearer token is one word of ASCII characters.'
            : undefined,
    },
    position,
  );
  return answer.kind === 'answer' ? { kind: 'next', answers: { ...answers, secret: answer.value } } : answer;
};

function noServer(what: string): Problem {
  return new Problem({
    code: 'application-not-configured',
    what,
    why: 'No address is set that they could be for.',
    next: `Set ${SETTING}.metricsUrl or prometheusUrl first.`,
    transient: false,
  });
}
