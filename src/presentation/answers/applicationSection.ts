import type { ToDashboard } from '../../webview/protocol/protocol.ts';
import { applicationMessage } from '../dashboard/applicationMessage.ts';
import type { AnswerParts } from './answerParts.ts';

/** Tells one page what the application says of itself, as often as that is something else. */
export class ApplicationSection {
  readonly #parts: Pick<AnswerParts, 'app' | 'operations'>;
  readonly #locale: string;
  readonly #post: (message: ToDashboard) => void;
  #told = '';
  /** Ids of the actions that the page was offered last. */
  offered: readonly string[] = [];

  constructor(parts: Pick<AnswerParts, 'app' | 'operations'>, locale: string, post: (message: ToDashboard) => void) {
    this.#parts = parts;
    this.#locale = locale;
    this.#post = post;
  }

  /** The page has been loaded anew. */
  forget(): void {
    this.#told = '';
  }

  tell(): void {
    const { app, operations } = this.#parts;
    const state = operations().application ?? { kind: 'waiting' };
    // While readings come the charts say the figures.
    const isLive = app.state.kind === 'connected' && app.state.monitor.kind === 'live';
    const current = isLive || state.kind !== 'configured' ? undefined : state.current;
    const message = applicationMessage(state, current, this.#locale);
    const text = JSON.stringify(message);
    if (text === this.#told) return;
    this.#told = text;
    this.offered = message.actions.map(({ id }) => id);
    this.#post(message);
  }
}
