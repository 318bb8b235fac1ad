import * as vscode from 'vscode';
import { DisposableStore } from '../../common/disposable.ts';
import { Emitter, type Event } from '../../common/events.ts';
import { dateFormat } from '../../common/format.ts';
import { describeError, Problem } from '../../common/problem.ts';
import { COMMANDS } from '../../contributions.ts';
import { DAY_MS } from '../../diagnosis/impact/dayGrid.ts';
import { commitAnnotation, shortHash, type SessionCommit } from '../../diagnosis/impact/changes/commits.ts';
import { changeRow } from '../../presentation/impact/changeRow.ts';
import { inertIcons } from '../../presentation/texts/inertText.ts';
import { runCommand } from '../common/runCommand.ts';
import { askChoice } from '../common/steps.ts';
import type { Additions, Investigation, InvestigationParts } from '../investigation.ts';
import { ChangeWatch } from './changeWatch.ts';
import { registerCommitProviders } from './commitProviders.ts';
import { Commits } from './commits.ts';

/** What became of the saves: commits and changes as marks, what was expected and what was measured. */
export class Impact implements Investigation {
  readonly #commits: Commits;
  readonly #parts: InvestigationParts;
  readonly #changes: ChangeWatch;
  readonly #store = new DisposableStore();
  readonly #changed: Emitter<undefined>;

  constructor(parts: InvestigationParts) {
    const { app, rollback, log } = parts;
    this.#parts = parts;
    this.#changed = this.#store.add(new Emitter((error) => log.error(describeError(error))));
    this.#commits = this.#store.add(new Commits(app, rollback, log));
    this.#changes = this.#store.add(new ChangeWatch(app, this.#commits, log));
    this.#store.add(registerCommitProviders(app, rollback, this.#commits));
    for (const one of [this.#commits, this.#changes])
      this.#store.add(one.onDidChange(() => this.#changed.fire(undefined)));
  }

  get onDidChange(): Event<undefined> {
    return this.#changed.event;
  }

  additions(): Additions {
    const from = this.#parts.source.extent()?.from.getTime() ?? Infinity;
    // What was committed shortly before the first reading can be the reason for what was read then.
    const marks = this.#commits.all.filter(({ at }) => at.getTime() >= from - DAY_MS).slice(0, MOST_MARKS);
    const { newest } = this.#changes;
    return {
      marks: marks.map(commitAnnotation),
      ...(newest === undefined ? {} : { rowsBelow: { 'group/writes': [changeRow(newest)] } }),
    };
  }

  async show(): Promise<void> {
    const { showImpact } = await import('./showImpact.ts');
    const { app, rollback, source, context } = this.#parts;
    await showImpact({ app, rollback, source, memory: context.workspaceState });
  }

  /** @param hash undefined: it is asked for */
  async compare(hash?: string): Promise<void> {
    const { all } = this.#commits;
    if (all.length === 0) throw new Problem(NO_COMMITS);
    const commit = typeof hash === 'string' ? all.find((one) => one.hash === hash) : await chooseCommit(all);
    if (commit === undefined) return;
    const { at, text } = commitAnnotation(commit);
    await runCommand(COMMANDS.compareAround, { kind: 'commit', at: at.getTime(), until: null, text });
  }

  dispose(): void {
    this.#store.dispose();
  }
}

/** The newest; each is held against those that are stored at each reading. */
const MOST_MARKS = 200;

async function chooseCommit(all: readonly SessionCommit[]): Promise<SessionCommit | undefined> {
  const date = dateFormat(vscode.env.language, { dateStyle: 'medium', timeStyle: 'short' });
  const items = all.map((commit) => {
    const { at, subject, files, hash } = commit;
    return {
      label: `$(git-commit) ${shortHash(hash)}`,
      description: inertIcons(subject),
      detail: inertIcons(`${date.format(at)}: ${files.join(', ')}`),
      commit,
    };
  });
  const answer = await askChoice('Compare Before and After Commit', items, { step: 1, totalSteps: 0 }, WHICH);
  return answer.kind === 'answer' ? answer.value.commit : undefined;
}

const WHICH = 'Commits that touched the settings, the middleware, requirements or compose files';

const NO_COMMITS = {
  code: 'no-commits',
  what: 'There is no commit to compare with',
  why: 'VS Code’s git extension knows no commit that touched the settings, the middleware, requirements or compose files.',
  next: 'Open the folder of the repository, and see that the git extension is enabled. What happened otherwise can be compared on the dashboard.',
  transient: false,
};
