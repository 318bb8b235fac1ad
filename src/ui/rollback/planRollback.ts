import * as vscode from 'vscode';
import { Problem } from '../../common/problem.ts';
import type { RollbackAction } from '../../django/rollback/rollback.ts';
import type { SettingsFileOptions } from '../../django/settings/checks/settingsFile.ts';
import type { FileChange } from './changePreview.ts';
import { openText, type ThrottleWatch } from './throttleWatch.ts';

/** A change that can be shown, or why there is none. */
export type Planned =
  | {
      readonly kind: 'edit';
      readonly changes: readonly FileChange[];
      readonly warnings: readonly string[];
      /** Dotted path of the middleware, or the name that was asked for. */
      readonly middleware: string;
      /** Whether the project uses the files now: otherwise no restart makes a difference. */
      readonly inUse: boolean;
    }
  | { readonly kind: 'nothing' | 'refused'; readonly reason: string; readonly file?: string };

export interface PlanRequest {
  readonly action: RollbackAction;
  /** Where it was asked for. */
  readonly file?: string;
  /** The file is only the one that happens to be open: where there is nothing to change in it, the project is meant. */
  readonly happensToBeOpen?: boolean;
}

/**
 * Plans a rollback over the settings of the project. A settings file that the project does not use is changed by itself.
 */
export async function planChange(
  watch: ThrottleWatch,
  { action, file, happensToBeOpen = false }: PlanRequest,
  options: (file: string) => SettingsFileOptions,
): Promise<Planned> {
  const state = await watch.read();
  const own = file !== undefined && state?.project.files.includes(file) !== true ? file : undefined;
  const alone = own === undefined ? undefined : await planFile(own, action, options(own));
  if (alone !== undefined && (alone.kind === 'edit' || state === undefined || !happensToBeOpen)) return alone;
  if (state !== undefined) {
    const { planProjectRollback } = await import('../../django/rollback/projectRollback.ts');
    const { project, texts, throttle } = state;
    const plan = planProjectRollback(project, texts, action, options(project.root));
    const place = throttle.place?.file ?? (own === undefined ? file : undefined);
    if (plan.kind !== 'edit')
      return { kind: plan.kind, reason: plan.reason, ...(place === undefined ? {} : { file: place }) };
    const changes = plan.files.map(({ file: changed, after }) => ({
      file: changed,
      before: texts.get(changed) ?? '',
      after,
    }));
    return { kind: 'edit', changes, warnings: plan.warnings, middleware: throttle.path ?? NAME, inUse: true };
  }
  throw NO_PROJECT;
}

const NAME = 'ThrottledSessionMiddleware';

async function planFile(file: string, action: RollbackAction, options: SettingsFileOptions): Promise<Planned> {
  const [{ planRollback }, { applyEdits }] = await Promise.all([
    import('../../django/rollback/rollback.ts'),
    import('../../django/settings/text/edits.ts'),
  ]);
  const before = openText(file) ?? (await vscode.workspace.openTextDocument(file)).getText();
  const plan = planRollback(before, action, options);
  if (plan.kind !== 'edit') return { kind: plan.kind, reason: plan.reason, file };
  const notUsed = 'The project does not use this settings file now: its own settings stay as they are.';
  return {
    kind: 'edit',
    changes: [{ file, before, after: applyEdits(before, plan.edits) }],
    warnings: [notUsed, ...plan.warnings],
    middleware: options.middleware ?? NAME,
    inUse: false,
  };
}

const NO_PROJECT = new Problem({
  code: 'no-settings',
  what: 'The session throttle cannot be changed',
  why: 'No Django project was found in the open folders, and no settings file is open in the editor.',
  next: 'Open the folder of the project, or the settings file.',
  transient: false,
});
