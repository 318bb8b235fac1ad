import assert from 'node:assert/strict';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { datadogDashboard } from '../../src/export/datadog/dashboard.ts';
import { datadogMonitors } from '../../src/export/datadog/monitors.ts';
import { grafanaDashboard } from '../../src/export/grafana/dashboard.ts';
import { newRelicAlertConditions } from '../../src/export/newRelic/alertConditions.ts';
import { newRelicDashboard } from '../../src/export/newRelic/dashboard.ts';
import { exportContext, ODD_TABLE } from '../kit/exportContext.ts';
import { NODE_24, ROOT } from '../kit/node24.ts';
import { run } from '../kit/process.ts';
import { ensurePublishedSchemas } from '../kit/publishedSchemas.ts';
import { NERD_GRAPH } from './nerdGraph.ts';

/** What is made for Grafana, Datadog and New Relic is what they say that they take, by their own packages and documents. */

let home = '';
before(async () => {
  home = await ensurePublishedSchemas();
});
const fromHome = (): NodeJS.Require => createRequire(join(home, 'here.js'));
const CONTEXTS = [exportContext(), exportContext({ table: ODD_TABLE, database: `o'dd "base"` })];

describe('Grafana’s dashboard', () => {
  /** What TypeScript says of the dashboard as the type that Grafana's Foundation SDK has for it. */
  const judged = async (dashboard: object): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'dsm-grafana-'));
    try {
      await symlink(join(home, 'node_modules'), join(folder, 'node_modules'));
      await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
      await writeFile(
        join(folder, 'dashboard.ts'),
        `${BOARD}\nexport const board: Board = ${JSON.stringify(dashboard)};`,
      );
      const tsc = join(ROOT, 'node_modules', 'typescript-7', 'bin', 'tsc');
      const flags = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--ignoreConfig', '--types', ''];
      return await run(NODE_24, [tsc, ...flags, 'dashboard.ts'], { cwd: folder }).then(
        () => '',
        (error: unknown) => String(error),
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  };

  it('has the types of Grafana’s Foundation SDK', async () => {
    for (const context of CONTEXTS) assert.equal(await judged(grafanaDashboard(context)), '');
  });

  it('would be found out with another panel, unit of a line or name', async () => {
    const wrong = JSON.stringify(grafanaDashboard(CONTEXTS[0] ?? exportContext()))
      .replace('"palette-classic"', '"palette-modern"')
      .replace('"legendFormat"', '"legend"');
    const found = await judged(JSON.parse(wrong) as object);
    assert.match(found, /palette-modern/u);
    assert.match(found, /"legend"' does not exist/u);
  });
});

/** JSON as the SDK's types: what is an enumeration there is its value here. */
const BOARD = `
import type { AnnotationQuery, Dashboard, FieldConfig, Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { GraphFieldConfig } from '@grafana/grafana-foundation-sdk/common';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
import type { Options as StatOptions } from '@grafana/grafana-foundation-sdk/stat';
import type { Options as TimeOptions } from '@grafana/grafana-foundation-sdk/timeseries';
type Json<T> = 0 extends 1 & T ? unknown
  : T extends string ? \`\${T}\`
  : T extends number | boolean | null | undefined ? T
  : T extends readonly (infer Item)[] ? Json<Item>[]
  : { [K in keyof T as T[K] extends (...all: never[]) => unknown ? never : K]: Json<T[K]> };
type Shown<Type extends string, Options, Custom> = Omit<Json<Panel>, 'type' | 'options' | 'targets' | 'fieldConfig'> & {
  type: Type; options: Json<Options>; targets: Json<Dataquery>[];
  fieldConfig: { defaults: Omit<Json<FieldConfig>, 'custom'> & Custom; overrides: NonNullable<Json<Panel>['fieldConfig']>['overrides'] };
};
type Board = Omit<Json<Dashboard>, 'panels'> & {
  panels: (Shown<'timeseries', TimeOptions, { custom: Json<GraphFieldConfig> }> | Shown<'stat', StatOptions, {}> | Json<RowPanel>)[];
};`;

describe('Datadog’s monitors and dashboard', () => {
  /** As Datadog's client reads it: throws for what is missing, marks what it does not know. */
  const unknownIn = (text: string, type: 'Dashboard' | 'Monitor'): readonly string[] => {
    const { ObjectSerializer } = fromHome()(
      '@datadog/datadog-api-client/dist/packages/datadog-api-client-v1/models/ObjectSerializer.js',
    ) as { ObjectSerializer: { deserialize(data: unknown, type: string, format: string): object } };
    return leftOver(ObjectSerializer.deserialize(JSON.parse(text), type, ''), type);
  };

  it('are read by Datadog’s client to the last attribute', () => {
    for (const context of CONTEXTS) {
      assert.deepEqual(unknownIn(JSON.stringify(datadogDashboard(context)), 'Dashboard'), []);
      const monitors = datadogMonitors(context);
      assert.ok(monitors.length >= 5);
      for (const { monitor } of monitors) assert.deepEqual(unknownIn(JSON.stringify(monitor), 'Monitor'), []);
    }
  });

  it('would be found out with an attribute that is not there, a value that is none, and without what is needed', () => {
    const text = JSON.stringify(datadogDashboard(exportContext()));
    assert.notDeepEqual(unknownIn(text.replace('"display_type"', '"display"'), 'Dashboard'), []);
    assert.notDeepEqual(unknownIn(text.replace('"line_type":"solid"', '"line_type":"thick"'), 'Dashboard'), []);
    assert.throws(() => unknownIn(text.replace('"layout_type"', '"layout"'), 'Dashboard'), /layoutType/u);
  });
});

/** Where an object of Datadog's client has what its type does not: attributes beyond it, values that are none of its own. */
function leftOver(value: unknown, path: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (value.constructor.name === 'UnparsedObject') return [`${path}: ${JSON.stringify(value)}`];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'additionalProperties' && inner !== undefined) return [`${path}: ${JSON.stringify(inner)}`];
    return leftOver(inner, `${path}.${key}`);
  });
}

interface GraphQl {
  readonly buildSchema: (sdl: string) => { getType(name: string): unknown };
  readonly parse: (text: string) => unknown;
  readonly validate: (schema: unknown, document: unknown) => readonly Error[];
  readonly coerceInputValue: (
    value: unknown,
    type: unknown,
    onError: (path: readonly unknown[], value: unknown, error: Error) => void,
  ) => unknown;
}

describe('New Relic’s alert conditions and dashboard', () => {
  const graphql = (): GraphQl => fromHome()('graphql') as GraphQl;
  const complaints = (mutation: string): readonly string[] => {
    const { buildSchema, parse, validate } = graphql();
    return validate(buildSchema(NERD_GRAPH), parse(mutation)).map(({ message }) => message);
  };
  const coerced = (value: unknown, name: string): readonly string[] => {
    const { buildSchema, coerceInputValue } = graphql();
    const found: string[] = [];
    const type = buildSchema(NERD_GRAPH).getType(name) ?? assert.fail(`no type ${name}`);
    coerceInputValue(value, type, (path, _, { message }) => found.push(`${path.join('.')}: ${message}`));
    return found;
  };
  interface Board {
    pages: { widgets: { rawConfiguration: unknown }[] }[];
  }

  it('are a mutation and an input of NerdGraph', () => {
    for (const context of CONTEXTS) {
      assert.deepEqual(complaints(newRelicAlertConditions(context)), []);
      const board = newRelicDashboard(context) as Board;
      assert.deepEqual(coerced(board, 'DashboardInput'), []);
      const widgets = board.pages.flatMap((page) => page.widgets);
      assert.ok(widgets.length > 20);
      for (const { rawConfiguration } of widgets) assert.deepEqual(coerced(rawConfiguration, 'RawConfiguration'), []);
    }
  });

  it('would be found out with another operator, field or place', () => {
    const mutation = newRelicAlertConditions(exportContext());
    assert.match(complaints(mutation.replace('ABOVE', 'OVER')).join(), /"OVER" does not exist/u);
    assert.match(complaints(mutation.replace('aggregationWindow:', 'window:')).join(), /"window" is not defined/u);
    const board = JSON.stringify(newRelicDashboard(exportContext()));
    assert.match(coerced(JSON.parse(board.replace('"column":1', '"column":"1"')), 'DashboardInput').join(), /column/u);
  });
});
