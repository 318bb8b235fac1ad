import type * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable.ts';
import { Problem } from '../../common/problem.ts';
import type { ApplicationServer } from '../../monitoring/application/applicationSettings.ts';
import type { Credentials } from '../../services/http/credentials.ts';

const PREFIX = 'application/';

/** What the two servers are shown, in SecretStorage: by their origins, so that a changed address never gets another server's secret. */
export class ApplicationCredentials {
  readonly #secrets: vscode.SecretStorage;

  constructor(secrets: vscode.SecretStorage) {
    this.#secrets = secrets;
  }

  /** undefined: none are stored. Rejects with a `Problem` when what is stored is no credentials. */
  async get(server: ApplicationServer): Promise<Credentials | undefined> {
    const text = await this.#secrets.get(keyOf(server));
    if (text === undefined) return undefined;
    const credentials = parse(text);
    if (credentials === undefined) throw unreadable(server);
    return credentials;
  }

  async has(server: ApplicationServer): Promise<boolean> {
    return (await this.#secrets.get(keyOf(server))) !== undefined;
  }

  async store(server: ApplicationServer, credentials: Credentials): Promise<void> {
    await this.#secrets.store(keyOf(server), JSON.stringify(credentials));
  }

  async remove(server: ApplicationServer): Promise<void> {
    await this.#secrets.delete(keyOf(server));
  }

  /** Also when another window has stored them. */
  onDidChange(listener: () => void): Disposable {
    return this.#secrets.onDidChange(({ key }) => {
      if (key.startsWith(PREFIX)) listener();
    });
  }
}

function keyOf({ kind, origin }: ApplicationServer): string {
  return `${PREFIX}${kind}/${origin}`;
}

function parse(text: string): Credentials | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isCredentials(value) ? value : undefined;
  } catch (error) {
    // Its message would repeat a part of the secret.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isCredentials(value: unknown): value is Credentials {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  if (value.kind === 'bearer') return 'token' in value && typeof value.token === 'string';
  const { user, password } = value as { readonly user?: unknown; readonly password?: unknown };
  return value.kind === 'basic' && typeof user === 'string' && typeof password === 'string';
}

function unreadable({ origin }: ApplicationServer): Problem {
  return new Problem({
    code: 'bad-credentials',
    what: `The credentials for ${origin} can’t be used`,
    why: 'What is stored is not what this extension stores.',
    next: 'Store the credentials again.',
    transient: false,
  });
}
