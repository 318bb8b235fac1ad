/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';

/** Kept after the run, for people to look at; ignored by git. */
export const SCREENSHOTS = fileURLToPath(new URL('../../../test-output/screenshots', import.meta.url));

/** Saves what is on the screen as test-output/screenshots/<name>.png and returns the path. */
export async function screenshot(page: Page, name: string): Promise<string> {
  await mkdir(SCREENSHOTS, { recursive: true });
  const path = join(SCREENSHOTS, `${name.replaceAll(/[^\w.-]+/g, '-')}.png`);
  await page.screenshot({ path, animations: 'disabled' });
  return path;
}

export interface WaitOptions {
  /** Milliseconds, default 20,000. */
  readonly timeoutMs?: number;
}

/**
 * Reads until `accept` takes the value (default: until it is truthy) and returns it. An error while reading counts as
 * not yet. When time is up it throws with what was waited for, what was seen last, and a picture of the screen.
 */
export async function waitFor<T>(
  page: Page,
  read: () => Promise<T> | T,
  what: string,
  accept: (value: T) => boolean = Boolean,
  options: WaitOptions = {},
): Promise<T> {
  const timeoutMs = options.timeoutMs ?? 20_000;
  const began = Date.now();
  const deadline = began + timeoutMs;
  for (;;) {
    let seen: string;
    try {
      const value = await read();
      if (accept(value)) return value;
      seen = inspect(value, { depth: 5, breakLength: 120, maxArrayLength: 60 });
    } catch (error) {
      seen = `an error: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (Date.now() > deadline) {
      const path = await screenshot(page, `failed-${what.slice(0, 60)}-${process.pid}`);
      throw new Error(`Waited ${timeoutMs} ms for ${what}.\nSeen last: ${seen}\nScreenshot: ${path}`);
    }
    // Looking costs what is waited for its time: seldom where it takes long.
    await sleep(Date.now() - began < 1000 ? 50 : 150);
  }
}

/**
 * Makes an attempt until it succeeds; an error is an attempt that failed. That it took more than one is said in the output of the test,
 * with why: what a person would have to do twice is not to be overlooked.
 */
export async function repeat(
  page: Page,
  attempt: () => Promise<void>,
  what: string,
  options: WaitOptions = {},
): Promise<void> {
  const failures: string[] = [];
  const once = async (): Promise<boolean> => {
    try {
      await attempt();
      return true;
    } catch (error) {
      failures.push(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
      throw error;
    }
  };
  await waitFor(page, once, what, Boolean, options);
  const last = failures.at(-1);
  if (last !== undefined) console.log(`• ${what}: attempt ${failures.length + 1} succeeded. Before it: ${last}`);
}

/** Text as a person reads it: VS Code writes non-breaking spaces in places, and long words may have places to break. */
export function plain(text: string | null | undefined): string {
  return (text ?? '').replaceAll('\u00a0', ' ').replaceAll('\u200b', '').trim();
}

export function matches(text: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? text === wanted : wanted.test(text);
}
