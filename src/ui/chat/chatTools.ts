import * as vscode from 'vscode';
import { DisposableStore } from '../../common/disposable.ts';
import { describeError, Problem } from '../../common/problem.ts';
import { LANGUAGE_MODEL_TOOLS } from '../../contributions.ts';
import type { ToolFacts } from '../../presentation/chat/toolFacts.ts';
import type { Investigation, InvestigationParts } from '../investigation.ts';

type ToolName = keyof typeof LANGUAGE_MODEL_TOOLS;
type Answer = (input: unknown, facts: ToolFacts) => object;

/** Each is loaded when it is first asked. */
const ANSWERS: Readonly<Record<Exclude<ToolName, 'diagnosis'>, () => Promise<Answer>>> = {
  metrics: async () => (await import('../../presentation/chat/metricsAnswer.ts')).metricsAnswer,
  alerts: async () => (await import('../../presentation/chat/alertsAnswer.ts')).alertsAnswer,
  history: async () => (await import('../../presentation/chat/historyAnswer.ts')).historyAnswer,
  writers: async () => (await import('../../presentation/chat/writersAnswer.ts')).writersAnswer,
};

/** More would crowd out what else a model has to read. */
const MOST_CHARACTERS = 60_000;

/**
 * Answers an agent in the editor's chat: figures of what has been read, and nothing else. No tool changes anything, and none but the
 * diagnosis takes a reading of its own. An editor without language models has no `vscode.lm`, and then there are none.
 */
export class ChatTools implements Investigation {
  readonly #parts: InvestigationParts;
  readonly #store = new DisposableStore();

  constructor(parts: InvestigationParts) {
    this.#parts = parts;
    const { lm } = vscode as { readonly lm?: Partial<typeof vscode.lm> };
    if (typeof lm?.registerTool !== 'function') return;
    for (const [name, id] of Object.entries(LANGUAGE_MODEL_TOOLS) as [ToolName, string][])
      this.#store.add(lm.registerTool(id, { invoke: ({ input }, token) => this.#invoke(name, input, token) }));
  }

  dispose(): void {
    this.#store.dispose();
  }

  async #invoke(
    name: ToolName,
    input: unknown,
    token: vscode.CancellationToken,
  ): Promise<vscode.LanguageModelToolResult> {
    try {
      if (!vscode.workspace.isTrusted) throw new Problem(UNTRUSTED);
      const text = JSON.stringify(await this.#answer(name, input, token));
      if (text.length > MOST_CHARACTERS) throw new Problem(TOO_LONG);
      return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
    } catch (error) {
      this.#parts.log.warn(`A question of the chat (${name}) was not answered: ${describeError(error)}`);
      throw error instanceof Problem ? new Error(error.message) : error;
    }
  }

  async #answer(name: ToolName, input: unknown, token: vscode.CancellationToken): Promise<object> {
    if (name !== 'diagnosis') return (await ANSWERS[name]())(input, this.#facts);
    const [{ diagnosisAnswer }, { lookForCauses }] = await Promise.all([
      import('../../presentation/chat/diagnosisAnswer.ts'),
      import('../diagnosis/lookForCauses.ts'),
    ]);
    const abort = new AbortController();
    const cancelled = token.onCancellationRequested(() => abort.abort());
    try {
      return await diagnosisAnswer(input, this.#facts, (symptom) => {
        const { active } = this.#parts.app;
        if (active === undefined) throw new Problem(GONE);
        const { signal } = abort;
        return lookForCauses(this.#parts, active, { signal, ...(symptom === undefined ? {} : { symptom }) });
      });
    } finally {
      cancelled.dispose();
    }
  }

  get #facts(): ToolFacts {
    const { app, source, writers } = this.#parts;
    return { state: app.state, history: source, writers: writers.found, now: new Date() };
  }
}

const WHAT = 'The question could not be answered';

const UNTRUSTED = {
  code: 'tool-untrusted',
  what: WHAT,
  why: 'This workspace is not trusted, and nothing of it is read.',
  next: 'Trust it with "Workspaces: Manage Workspace Trust".',
  transient: false,
};

const GONE = {
  code: 'tool-gone',
  what: WHAT,
  why: 'The database is not watched any more.',
  next: 'Choose a connection, and ask again.',
  transient: false,
};

const TOO_LONG = {
  code: 'tool-too-long',
  what: WHAT,
  why: 'The answer would be too long.',
  next: 'Ask for fewer metrics, a group of them, or fewer points.',
  transient: false,
};
