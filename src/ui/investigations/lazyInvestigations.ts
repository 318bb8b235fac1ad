import type { Disposable, Ending } from '../../common/disposable.ts';
import { Emitter, type Event } from '../../common/events.ts';
import { describeError } from '../../common/problem.ts';
import { later } from '../../common/timers.ts';
import type { Additions, InvestigationParts } from '../investigation.ts';
import type { Investigations } from './investigations.ts';

/** The commands that investigations have. */
export type InvestigationCommand = keyof Investigations['handlers'];

/** The investigations, loaded once the extension is active: none of them is needed for the first picture. */
export class LazyInvestigations implements Ending {
  readonly #parts: InvestigationParts;
  readonly #changed: Emitter<undefined>;
  readonly #soon: Disposable;
  #loading: Promise<Investigations> | undefined;
  #loaded: Investigations | undefined;
  #visibility: Parameters<Investigations['setVisible']> | undefined;
  #isDisposed = false;

  constructor(parts: InvestigationParts) {
    this.#parts = parts;
    const onError = (error: unknown): void => parts.log.error(describeError(error));
    this.#changed = new Emitter(onError);
    this.#soon = later(() => void this.#load().catch(onError), 0);
  }

  get onDidChange(): Event<undefined> {
    return this.#changed.event;
  }

  additions(now: Date): Additions {
    return this.#loaded?.additions(now) ?? {};
  }

  setVisible(...visibility: Parameters<Investigations['setVisible']>): void {
    this.#visibility = visibility;
    this.#loaded?.setVisible(...visibility);
  }

  /** What the handlers take is checked against contributions.ts where they stand together. */
  async run(id: InvestigationCommand, args: readonly never[]): Promise<unknown> {
    const { handlers } = await this.#load();
    const handler: (...args: never[]) => unknown = handlers[id];
    return handler(...args);
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    this.#soon.dispose();
    this.#changed.dispose();
    await (await this.#loading)?.dispose();
  }

  #load(): Promise<Investigations> {
    this.#loading ??= this.#begin();
    return this.#loading;
  }

  async #begin(): Promise<Investigations> {
    const module = await import('./investigations.ts');
    const loaded = new module.Investigations(this.#parts);
    if (this.#isDisposed) return loaded;
    this.#loaded = loaded;
    loaded.onDidChange(() => this.#changed.fire(undefined));
    if (this.#visibility !== undefined) loaded.setVisible(...this.#visibility);
    this.#changed.fire(undefined);
    return loaded;
  }
}
