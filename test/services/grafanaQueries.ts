import assert from 'node:assert/strict';
import { grafanaDashboard } from '../../src/export/grafana/dashboard.ts';
import { exportContext } from '../kit/exportContext.ts';

interface Board {
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
  readonly annotations: { readonly list: readonly { readonly name: string; readonly expr: string }[] };
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly query: string | { readonly query: string } }[];
  };
}

/** Of the rates: some scrapes, also on a busy machine. */
const RANGE = '20s';

/** What Grafana puts into its place. */
function filledIn(text: string, database: string): string {
  const chosen: Readonly<Record<string, string>> = { database, schema: 'public', table: 'django_session' };
  const filled = text
    .replaceAll(/\$\{(\w+):doublequote\}/gu, (_, name: string) => JSON.stringify(chosen[name]))
    .replaceAll('$__rate_interval', RANGE);
  assert.ok(!filled.includes('$'), filled);
  return filled;
}

async function answer<T>(prometheus: string, path: string, parameters: Readonly<Record<string, string>>): Promise<T> {
  const response = await fetch(`${prometheus}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`);
  const body = (await response.json()) as { status: string; error?: string; data: T };
  assert.equal(body.status, 'success', `${body.error ?? ''}: ${JSON.stringify(parameters)}`);
  return body.data;
}

/**
 * Has a real Prometheus answer all that Grafana's dashboard asks: its variables, curves and marks.
 * @returns the numbers of its curves, and the titles of the panels that got none
 */
export async function answeredQueries(
  prometheus: string,
  database: string,
): Promise<{ readonly found: readonly number[]; readonly titles: readonly string[] }> {
  const { panels, annotations, templating } = grafanaDashboard(exportContext({ database })) as Board;
  for (const { name, query } of templating.list) {
    if (typeof query === 'string') continue;
    const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/u.exec(filledIn(query.query, database)) ?? [];
    const values = await answer<readonly string[]>(prometheus, `label/${label}/values`, { 'match[]': selector });
    assert.deepEqual(values, [{ database, schema: 'public', table: 'django_session' }[name]], name);
  }
  for (const { expr } of annotations.list) await answer(prometheus, 'query', { query: filledIn(expr, database) });
  const found: number[] = [];
  const titles: string[] = [];
  for (const { title, targets = [] } of panels) {
    for (const { expr } of targets) {
      const { result } = await answer<{ readonly result: readonly { readonly value: readonly [number, string] }[] }>(
        prometheus,
        'query',
        { query: filledIn(expr, database) },
      );
      const values = result.map(({ value }) => Number(value[1]));
      if (values.length === 0) titles.push(title);
      found.push(...values);
      for (const value of values) assert.ok(Number.isFinite(value), `${title}: ${expr} is ${value}`);
      assert.ok(values.length <= 1 || expr.includes(' by '), `${title}: ${expr} has ${values.length} series`);
    }
  }
  return { found, titles };
}
