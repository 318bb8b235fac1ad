import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { COMMANDS } from '../../src/contributions.ts';
import type { Scene } from './scene.ts';

/** The walkthrough as VS Code shows it: steps, their pictures and buttons, and what gives them their check marks. */

export interface Step {
  readonly title: string;
  readonly done: boolean;
}

/** The editor with the walkthrough. */
function editorOf({ workbench }: Scene): Locator {
  return workbench.page.locator('.gettingStartedContainer');
}

export async function stepsOf(scene: Scene): Promise<Step[]> {
  const steps = await editorOf(scene).locator('.step-list-container .getting-started-step').all();
  return Promise.all(
    steps.map(async (step) => ({
      title: (await step.locator('.step-title').textContent()) ?? '',
      done: (await step.locator('.codicon-getting-started-step-checked').count()) > 0,
    })),
  );
}

/** Opens the walkthrough. Not from the palette: a page that is being shown takes the keyboard for itself. */
export async function openWalkthrough(scene: Scene): Promise<Step[]> {
  await scene.vscode.inExtensionHost((api, id) => api.commands.executeCommand(id), COMMANDS.openWalkthrough);
  return scene.workbench.waitFor(
    () => stepsOf(scene),
    'the steps of the walkthrough',
    (steps) => steps.length > 0,
  );
}

/** Opens a step and waits for its picture. */
export async function openStep(scene: Scene, title: string): Promise<void> {
  await openWalkthrough(scene);
  await editorOf(scene).locator('.getting-started-step', { hasText: title }).click();
  await editorOf(scene).locator('.getting-started-step.expanded', { hasText: title }).waitFor();
}

/** Presses the button of the step that is open, by keyboard. */
export async function pressButton(scene: Scene, label: string): Promise<void> {
  const button = editorOf(scene).locator('.getting-started-step.expanded').getByRole('button', { name: label });
  // At once: a tree that has been drawn anew takes the focus back.
  await button.press('Enter');
}

/** Waits until these steps have their check marks, and no others. */
async function untilDone(scene: Scene, ...titles: readonly string[]): Promise<void> {
  await openWalkthrough(scene);
  const steps = await scene.workbench.waitFor(
    async () => (await stepsOf(scene)).filter(({ done }) => done).map(({ title }) => title),
    `the check marks of ${titles.join(' and ')}`,
    (done) => done.length >= titles.length,
  );
  assert.deepEqual(steps, titles);
}

async function untilTab({ workbench }: Scene, name: string): Promise<void> {
  await workbench.waitFor(
    () => workbench.activeTabLabel(),
    `the tab ${name}`,
    (label) => label.includes(name),
  );
}

/** Each step by its button; the first has its check mark because the figures are live. */
export async function walkthroughScene(scene: Scene): Promise<void> {
  const { workbench } = scene;
  await workbench.runCommand('Django Sessions: Open Walkthrough');
  const titles = (await openWalkthrough(scene)).map(({ title }) => title);
  const [connect = '', look = '', cleanUp = '', rollBack = '', diagnose = ''] = titles;
  assert.equal(titles.length, 5);
  await untilDone(scene, connect);
  await openStep(scene, look);
  await pressButton(scene, 'Open Dashboard');
  await untilTab(scene, 'Django Sessions');
  await untilDone(scene, connect, look);
  await openStep(scene, cleanUp);
  await pressButton(scene, 'Clear Expired Sessions…');
  await workbench.waitFor(() => workbench.modal(), 'the preview');
  await workbench.clickModalButton('Cancel');
  await untilDone(scene, connect, look, cleanUp);
  await openStep(scene, rollBack);
  await pressButton(scene, 'Open Session Throttle in Settings');
  await untilTab(scene, 'base.py');
  await untilDone(scene, connect, look, cleanUp, rollBack);
  await openStep(scene, diagnose);
  await pressButton(scene, 'Diagnose…');
  await workbench.quickInput.waitOpen(/What is wrong/);
  await workbench.quickInput.press('Escape');
  await untilDone(scene, ...titles);
  await scene.vscode.inExtensionHost((api) => api.commands.executeCommand('workbench.action.closeAllEditors'));
}
