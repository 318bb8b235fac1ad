import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { Workbench } from '../kit/vscode.ts';
import { page } from './dashboardPage.ts';

/** The section of the application as a person meets it, and what Prometheus says to the same. */

export const FIGURE_IDS = ['p50', 'p95', 'p99', 'requests', 'errors', 'errorShare'] as const;
export type Figures = Record<(typeof FIGURE_IDS)[number], number>;

/**
 * Of 20 pages 2 front pages, which take a few milliseconds, 5 that fail, and such that wait, so that no quantile is near the
 * bound of a bucket, where a few requests more or less would move it far.
 */
const [SOON, LATE, FAIL] = ['wait/?ms=35', 'wait/?ms=85', 'fail/?ms=35'];
export const MIX = [
  ...[FAIL, SOON, LATE, SOON],
  ...[FAIL, SOON, '', SOON],
  ...[FAIL, SOON, LATE, LATE],
  ...[FAIL, SOON, '', SOON],
  ...[FAIL, SOON, LATE, SOON],
];

export function about(workbench: Workbench): Locator {
  return page(workbench).locator('#application .about');
}

export function aboutText(workbench: Workbench): Promise<string> {
  return about(workbench).innerText({ timeout: 2000 });
}

export function untilAbout(workbench: Workbench, fits: RegExp | ((text: string) => boolean)): Promise<string> {
  return workbench.waitFor(
    () => aboutText(workbench),
    `the section of the application to say ${String(fits)}`,
    (text) => (fits instanceof RegExp ? fits.test(text) : fits(text)),
    { timeoutMs: 30_000 },
  );
}

export function buttonsOf(workbench: Workbench): Promise<string[]> {
  return about(workbench).locator('.actions vscode-button').allInnerTexts();
}

export async function pressed(workbench: Workbench, label: string): Promise<void> {
  await about(workbench).locator('.actions vscode-button').getByText(label, { exact: true }).click();
}

export function cardsShown(workbench: Workbench): Promise<number> {
  return page(workbench).locator('#application .card').filter({ visible: true }).count();
}

/** The legends of the charts as numbers, the share as 0 to 1. NaN: unknown. */
export async function figuresShown(workbench: Workbench): Promise<Figures> {
  const texts = await page(workbench)
    .locator('#application')
    .evaluate((section) =>
      Object.fromEntries(
        [...section.querySelectorAll('button[data-series]')].map((button) => [
          button.getAttribute('data-series')?.replace('application.', '') ?? '',
          button.querySelector('.value')?.textContent ?? '',
        ]),
      ),
    );
  const entries = FIGURE_IDS.map((id) => [id, toNumber(texts[id] ?? assert.fail(`no legend of ${id}`))]);
  return Object.fromEntries(entries) as Figures;
}

/** "≈ 37.5 ms", "1.2 s", "10.3/s", "25%". */
function toNumber(text: string): number {
  const [, number = 'NaN', unit = ''] = /^(?:≈ )?([\d,.]+)(.*)$/u.exec(text) ?? [];
  const factor = unit === ' s' ? 1_000 : unit === '%' ? 0.01 : 1;
  return Number(number.replaceAll(',', '')) * factor;
}

/** Until all of them are numbers. */
export async function untilFigures(workbench: Workbench): Promise<void> {
  await workbench.waitFor(
    () => figuresShown(workbench),
    'all figures of the application',
    (figures) => Object.values(figures).every((value) => Number.isFinite(value)),
    { timeoutMs: 40_000 },
  );
}

/** The same from Prometheus itself, in PromQL as a person would write it. */
export async function promqlFigures(url: string, windowSeconds: number): Promise<Figures> {
  const buckets = `rate(django_http_requests_latency_including_middlewares_seconds_bucket[${windowSeconds}s])`;
  const answers = (matcher: string): string =>
    `sum(rate(django_http_responses_total_by_status_total${matcher}[${windowSeconds}s]))`;
  const quantile = (phi: number): string => `1000 * histogram_quantile(${phi}, sum by (le) (${buckets}))`;
  const errors = answers('{status=~"5.."}');
  const queries: Record<keyof Figures, string> = {
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    requests: `sum(rate(django_http_requests_before_middlewares_total[${windowSeconds}s]))`,
    errors,
    errorShare: `${errors} / ${answers('')}`,
  };
  const ask = async (query: string): Promise<number> => {
    const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query }).toString()}`);
    const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } };
    return Number(data.result[0]?.value[1] ?? NaN);
  };
  const entries = await Promise.all(FIGURE_IDS.map(async (id) => [id, await ask(queries[id])] as const));
  return Object.fromEntries(entries) as Figures;
}
