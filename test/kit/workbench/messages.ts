import type { Page } from 'playwright-core';
import { plain, waitFor } from './wait.ts';

export interface Notification {
  readonly severity: 'info' | 'warning' | 'error' | '';
  readonly message: string;
  readonly source: string;
  readonly buttons: readonly string[];
}

export interface Modal {
  readonly message: string;
  readonly detail: string;
  readonly buttons: readonly string[];
}

const ITEM = '.notification-list-item';

/** The notifications in sight, as toasts or in the notification centre. */
export async function notifications(page: Page): Promise<Notification[]> {
  const raw = await page
    .locator(ITEM)
    .filter({ visible: true })
    .evaluateAll((items) =>
      items.map((item) => ({
        icon: item.querySelector('.notification-list-item-icon')?.className ?? '',
        message: item.querySelector('.notification-list-item-message')?.textContent ?? '',
        source: item.querySelector('.notification-list-item-source')?.textContent ?? '',
        buttons: [...item.querySelectorAll('.monaco-button:not(.monaco-dropdown-button)')].map(
          (button) => button.textContent,
        ),
      })),
    );
  return raw.map((item) => ({
    severity: (['info', 'warning', 'error'] as const).find((name) => item.icon.includes(`codicon-${name}`)) ?? '',
    message: plain(item.message),
    source: plain(item.source).replace(/^Source: /, ''),
    buttons: item.buttons.map(plain),
  }));
}

/** Presses a button of the newest notification that has it (and whose message contains `inMessage`, if given). */
export async function clickNotificationButton(page: Page, button: string, inMessage = ''): Promise<void> {
  const item = page.locator(ITEM).filter({ visible: true, hasText: inMessage });
  // Off what it rested on: a hover of that may lie over the notification.
  await page.mouse.move(2, 2);
  await item.getByRole('button', { name: button, exact: true }).first().click();
}

/** Closes every notification. */
export async function clearNotifications(page: Page): Promise<void> {
  const close = page.locator(`${ITEM} .codicon-notifications-clear`).filter({ visible: true });
  await waitFor(
    page,
    async () => {
      const items = page.locator(ITEM).filter({ visible: true });
      // One that is folded to a line shows its buttons only under the mouse.
      if ((await items.count()) > 0) await items.first().hover({ timeout: 1000 });
      if ((await close.count()) > 0) await close.first().click({ timeout: 1000 });
      return items.count();
    },
    'all notifications to be closed',
    (count) => count === 0,
  );
}

/** The modal dialog in sight, if any. */
export async function modal(page: Page): Promise<Modal | undefined> {
  const box = page.locator('.monaco-dialog-box');
  if ((await box.count()) === 0) return undefined;
  return box.first().evaluate((dialog) => ({
    message: dialog.querySelector('.dialog-message-text')?.textContent ?? '',
    detail: dialog.querySelector('.dialog-message-detail')?.textContent ?? '',
    buttons: [...dialog.querySelectorAll('.dialog-buttons .monaco-button')].map((button) => button.textContent),
  }));
}

export async function clickModalButton(page: Page, button: string): Promise<void> {
  const box = page.locator('.monaco-dialog-box');
  await box.getByRole('button', { name: button, exact: true }).click();
  await box.waitFor({ state: 'detached' });
}
