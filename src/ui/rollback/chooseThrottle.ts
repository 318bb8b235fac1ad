import * as vscode from 'vscode';
import { formatDuration } from '../../common/format.ts';
import { Problem } from '../../common/problem.ts';
import { SETTINGS_SECTION } from '../../contributions.ts';
import type { LikelyThrottle } from '../../django/throttle/likelyThrottle.ts';
import type { ThrottleState } from '../../django/throttle/throttleState.ts';
import { classOf } from '../../presentation/operations/throttleRow.ts';
import { showInformationMessage, showQuickPick } from '../common/messages.ts';
import { updateSetting } from '../settings/settings.ts';

/** Which middleware is the throttle where none has its usual name: chosen from a list, or offered once by what it does. */

/** Paths that a person was asked about; they are not offered again. */
const ASKED = 'throttle/asked';
const YES = 'Yes, Watch It';
const NO = 'No';

/** Asks once about the first middleware that throttles by what it does. */
export async function offerLikelyThrottle(state: ThrottleState | undefined, memory: vscode.Memento): Promise<void> {
  const [likely] = state?.likely ?? [];
  const asked = memory.get<readonly string[]>(ASKED, []);
  if (state === undefined || likely === undefined || asked.includes(likely.path)) return;
  await memory.update(ASKED, [...asked, likely.path]);
  const question = `${classOf(likely.path)} ${SAVES(likely)}. Is it your session throttle?`;
  const chosen = await showInformationMessage(question, YES, NO);
  if (chosen === YES) await keep(likely.path, state);
}

/** All middleware of the project, what throttles first. */
export async function chooseThrottle(state: ThrottleState | undefined): Promise<void> {
  if (state === undefined) throw NO_PROJECT;
  const [{ nodeFileSystem }, { findLikelyThrottles }, { middlewarePaths }] = await Promise.all([
    import('../../common/fileSystem.ts'),
    import('../../django/throttle/likelyThrottle.ts'),
    import('../../django/throttle/describeThrottle.ts'),
  ]);
  const likely = await findLikelyThrottles(nodeFileSystem, state.project);
  const others = middlewarePaths(state.project, state.texts).filter(
    (path) => !path.startsWith('django.') && !likely.some((one) => one.path === path),
  );
  const items = [
    ...likely.map((one) => ({ label: one.path, description: SAVES(one), path: one.path })),
    ...others.map((path) => ({ label: path, description: '', path })),
  ];
  if (items.length === 0) throw NO_MIDDLEWARE;
  const chosen = await showQuickPick(items, {
    title: 'Which middleware is the session throttle?',
    placeHolder: 'Middleware of the project that is not Django’s own',
    matchOnDescription: true,
  });
  if (chosen !== undefined) await keep(chosen.path, state);
}

const SAVES = ({ seconds }: LikelyThrottle): string => `saves a session at most once in ${formatDuration(seconds)}`;

async function keep(path: string, { project }: ThrottleState): Promise<void> {
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(project.root));
  const { Global, WorkspaceFolder } = vscode.ConfigurationTarget;
  await updateSetting('throttleMiddleware', path, folder === undefined ? Global : WorkspaceFolder, folder?.uri);
}

const NO_PROJECT = new Problem({
  code: 'no-project',
  what: 'There is no throttle to choose',
  why: 'No Django project was found in the open folders.',
  next: 'Open the folder of the project.',
  transient: false,
});

const NO_MIDDLEWARE = new Problem({
  code: 'no-middleware',
  what: 'There is no throttle to choose',
  why: 'MIDDLEWARE lists nothing but Django’s own middleware, or could not be read.',
  next: `If the throttle is listed somewhere else, name it in the setting ${SETTINGS_SECTION}.throttleMiddleware.`,
  transient: false,
});
