import path from 'node:path';

import type { DjangoProject } from '../project/project.ts';
import { lineAt } from '../python/syntax/lines.ts';
import { parsePython } from '../python/syntax/parse.ts';
import { middlewareName, type MiddlewareOption } from '../settings/middleware/middlewareName.ts';
import { SAVE_EVERY_REQUEST } from '../settings/model/saveEveryRequest.ts';
import { applyEdits, type TextEdit } from '../settings/text/edits.ts';
import { hasMark } from '../settings/text/rollbackMarkers.ts';
import { describeThrottle, type ProjectThrottle } from '../throttle/describeThrottle.ts';
import { filesInUse, readModels } from '../throttle/throttlePlaces.ts';
import { differenceOf } from './projectVerify.ts';
import { planRollback, planSaveEveryRequest, type RollbackAction, type RollbackPlan } from './rollback.ts';
import { aboutOthers } from './rollbackOthers.ts';

/** A rollback over all settings files that are in use: planned for each by planRollback, and judged by what they say together. */

export interface FileEdits {
  readonly file: string;
  readonly edits: readonly TextEdit[];
  /** The whole text afterwards. */
  readonly after: string;
}

export type ProjectRollbackPlan =
  | { readonly kind: 'edit'; readonly files: readonly FileEdits[]; readonly warnings: readonly string[] }
  | { readonly kind: 'nothing'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

export interface ProjectRollbackOptions extends MiddlewareOption {
  /** The entry that a person has chosen among the candidates. */
  readonly chosen?: { readonly file: string; readonly from: number };
}

/** `texts` as in describeThrottle; never throws. */
export function planProjectRollback(
  project: DjangoProject,
  texts: ReadonlyMap<string, string>,
  action: RollbackAction,
  options: ProjectRollbackOptions = {},
): ProjectRollbackPlan {
  const evaluation = project.reading?.evaluate(texts);
  const throttle = describeThrottle(project, texts, options);
  if (evaluation?.frame === undefined) return refused(throttle.why ?? 'The settings are not known.');
  const inUse = filesInUse(evaluation, project.managePy);
  const own = [...inUse.keys()].map((file) => [file, evaluation.it.files.text(file) ?? ''] as const);
  const { lists } = readModels(inUse);
  return new ProjectRollback(project, new Map([...texts, ...own]), throttle, lists, action, options).plan();
}

const refused = (reason: string): ProjectRollbackPlan => ({ kind: 'refused', reason });
const nothing = (reason: string): ProjectRollbackPlan => ({ kind: 'nothing', reason });

/** What stopped the planning. */
class Stop extends Error {
  readonly plan: ProjectRollbackPlan;

  constructor(plan: ProjectRollbackPlan) {
    super('there is no plan');
    this.plan = plan;
  }
}

/** SESSION_SAVE_EVERY_REQUEST may be set again in this many later files. */
const MAX_LATER_FILES = 8;

class ProjectRollback {
  readonly #project: DjangoProject;
  readonly #texts: ReadonlyMap<string, string>;
  readonly #throttle: ProjectThrottle;
  readonly #action: RollbackAction;
  readonly #options: ProjectRollbackOptions;
  readonly #lists: readonly string[];
  readonly #edits = new Map<string, readonly TextEdit[]>();
  readonly #warnings: string[] = [];

  constructor(
    project: DjangoProject,
    texts: ReadonlyMap<string, string>,
    throttle: ProjectThrottle,
    lists: readonly string[],
    action: RollbackAction,
    options: ProjectRollbackOptions,
  ) {
    this.#project = project;
    this.#texts = texts;
    this.#throttle = throttle;
    this.#action = action;
    this.#options = options;
    this.#lists = lists;
  }

  plan(): ProjectRollbackPlan {
    try {
      if (this.#action === 'restore') this.#restore();
      else this.#rollBack();
      const after = this.#after();
      const reason = differenceOf(this.#project, this.#texts, after, this.#action, this.#options);
      if (reason !== undefined) return refused(reason);
      return {
        kind: 'edit',
        files: [...this.#edits].map(([file, edits]) => ({ file, edits, after: after.get(file) ?? '' })),
        warnings: [...new Set([...this.#warnings, ...this.#aboutOthers(after)])],
      };
    } catch (error) {
      if (error instanceof Stop) return error.plan;
      throw error;
    }
  }

  #after(): Map<string, string> {
    const edited = [...this.#edits].map(([file, edits]) => [file, applyEdits(this.#text(file), edits)] as const);
    return new Map([...this.#texts, ...edited]);
  }

  #text(file: string): string {
    return this.#texts.get(file) ?? '';
  }

  #name(file: string): string {
    return path.relative(this.#project.root, file);
  }

  /** Takes over what was planned for one file. A refusal of one refuses all. */
  #take(file: string, plan: RollbackPlan): void {
    if (plan.kind !== 'edit') {
      throw new Stop({ kind: plan.kind, reason: `${this.#name(file)}: ${plan.reason}` });
    }
    this.#edits.set(file, plan.edits);
    this.#warnings.push(...plan.warnings);
  }

  #rollBack(): void {
    const { file, entryAt } = this.#target();
    const { state, why, saveEveryRequest } = this.#throttle;
    const { middleware } = this.#options;
    const options = {
      ...(middleware === undefined ? {} : { middleware }),
      ...(entryAt === undefined ? {} : { entryAt }),
      lists: this.#lists,
      // Where not all is known, the warnings about what other files may do are true.
      ...(state === 'unknown' ? {} : { project: { saveEveryRequest: saveEveryRequest?.value } }),
    };
    const plan = planRollback(this.#text(file), this.#action, options);
    const later = this.#action === 'fullRollback' && plan.kind === 'nothing';
    if (!later) this.#take(file, plan);
    for (const other of this.#throttle.candidates) {
      if (!other.effective || entryAt === undefined || (other.file === file && other.from === entryAt)) continue;
      this.#warnings.push(`${other.path} is still on by ${this.#name(other.file)}, line ${other.line + 1}.`);
    }
    if (state === 'unknown' && why !== undefined) this.#warnings.push(why);
    if (this.#action === 'fullRollback') this.#setLater();
    if (this.#edits.size === 0 && plan.kind === 'nothing')
      throw new Stop(nothing(`${this.#name(file)}: ${plan.reason}`));
  }

  /** The file of the entry, and its offset where it can be told. */
  #target(): { readonly file: string; readonly entryAt?: number } {
    const { chosen } = this.#options;
    if (chosen !== undefined) return { file: chosen.file, entryAt: chosen.from };
    const { state, why, place, candidates, list } = this.#throttle;
    const name = middlewareName(this.#options.middleware).name;
    const counting = candidates.filter((c) => (state === 'unknown' ? c.enabled : c.effective));
    if (counting.length > 1) {
      const places = counting.map((c) => `${this.#name(c.file)} (line ${c.line + 1})`);
      throw new Stop(refused(`${name} stands in more than one place: ${places.join(', ')}. Which one is meant?`));
    }
    if (state === 'absent') throw new Stop(nothing(`${name} is in no settings file that is in use.`));
    if (state === 'off' && why !== undefined) throw new Stop(nothing(why));
    const file = place?.file ?? (state === 'on' ? list?.file : undefined);
    if (file === undefined) throw new Stop(refused(why ?? `${name} stands where it can't be read.`));
    return { file };
  }

  /** What a later file sets to something else has to become True there too. */
  #setLater(): void {
    for (let i = 0; i < MAX_LATER_FILES; i++) {
      const now = describeThrottle(this.#project, this.#after(), this.#options).saveEveryRequest;
      if (now?.value === true) return;
      if (now === undefined || this.#edits.has(now.file)) {
        const why = now?.why === undefined ? '' : `: ${now.why}`;
        if (now !== undefined && now.value === undefined) {
          this.#warnings.push(`Whether ${SAVE_EVERY_REQUEST} is True afterwards is not known${why}.`);
          return;
        }
        throw new Stop(refused(`${SAVE_EVERY_REQUEST} would not be True afterwards${why}.`));
      }
      const text = this.#text(now.file);
      this.#take(
        now.file,
        planSaveEveryRequest(text, { lists: this.#lists, project: { saveEveryRequest: undefined } }),
      );
      const line = lineAt(parsePython(text), now.from);
      this.#warnings.push(
        `${this.#name(now.file)} sets ${SAVE_EVERY_REQUEST} again in line ${line}: it is changed there too.`,
      );
    }
  }

  #restore(): void {
    const { middleware } = this.#options;
    const options = { ...(middleware === undefined ? {} : { middleware }), lists: this.#lists };
    const noted = this.#throttle.files.filter((file) => hasMark(this.#text(file)));
    const reasons: string[] = [];
    for (const file of noted) {
      const plan = planRollback(this.#text(file), 'restore', options);
      // A text in quotes may look like a note.
      if (plan.kind === 'nothing') reasons.push(`${this.#name(file)}: ${plan.reason}`);
      else this.#take(file, plan);
    }
    if (this.#edits.size > 0) return;
    const off = this.#throttle.candidates.filter(({ enabled }) => !enabled);
    const files = [...new Set(off.map(({ file }) => file))];
    if (this.#throttle.state === 'on' || files.length === 0) {
      throw new Stop(nothing(reasons[0] ?? 'No rollback is noted in the settings files that are in use.'));
    }
    const [file, ...more] = files;
    if (file === undefined || more.length > 0) {
      const name = middlewareName(middleware).name;
      const where = files.map((f) => this.#name(f)).join(', ');
      throw new Stop(refused(`${name} is commented out in more than one file: ${where}. Which one is meant?`));
    }
    this.#take(file, planRollback(this.#text(file), 'restore', options));
  }

  #aboutOthers(after: ReadonlyMap<string, string>): string[] {
    return aboutOthers({
      project: this.#project,
      others: this.#throttle.others,
      before: this.#texts,
      after,
      action: this.#action,
      middleware: middlewareName(this.#options.middleware),
    });
  }
}
