import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  checkApplicationSettings,
  setupKey,
  serversOf,
} from '../../../../src/monitoring/application/applicationSettings.ts';
import { APPLICATION_DEFAULTS, type ApplicationSettings } from '../../../../src/services/createApplicationSources.ts';
import { ROOT } from '../../../kit/node24.ts';

const PREFIX = 'djangoSessionMonitor.application.';
interface Manifest {
  readonly contributes: {
    readonly configuration: readonly {
      properties: Record<string, { type: string; default: unknown }>;
    }[];
  };
}
const check = (values: Readonly<Record<string, unknown>>) => checkApplicationSettings((key) => values[key]);
const settingsOf = (values: Partial<ApplicationSettings>): ApplicationSettings => ({
  ...APPLICATION_DEFAULTS,
  ...values,
});

test('package.json declares the settings that there are, with their types and defaults', async () => {
  const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as Manifest;
  const declared = Object.entries(
    Object.assign({}, ...manifest.contributes.configuration.map(({ properties }) => properties)) as Record<
      string,
      { type: string; default: unknown }
    >,
  ).flatMap(([id, setting]) => (id.startsWith(PREFIX) ? [[id.slice(PREFIX.length), setting] as const] : []));
  assert.deepEqual(Object.fromEntries(declared.map(([key, setting]) => [key, setting.default])), APPLICATION_DEFAULTS);
  for (const [key, { type, default: value }] of declared) assert.equal(type, typeof value, key);
});

test('what can’t be used is at its default, and told without repeating what may be a secret', () => {
  const { settings, problems } = check({ metricsUrl: 5, windowSeconds: '60', timeoutSeconds: 0, caFile: 'ca.pem' });
  assert.deepEqual(settings, settingsOf({ timeoutSeconds: 1, caFile: 'ca.pem' }));
  assert.equal(problems.length, 3);
  assert.deepEqual(check({}), { settings: APPLICATION_DEFAULTS, problems: [] });
  assert.ok(!check({ acceptAnyCertificate: 'token-4711' }).problems[0]?.message.includes('4711'));
});

test('servers are known by who gets the credentials; an address that can’t be used is none', () => {
  const both = settingsOf({ metricsUrl: 'shop.example:8000/metrics?x=1', prometheusUrl: 'https://prom.example/prom/' });
  assert.deepEqual(
    serversOf(both).map(({ kind, origin }) => [kind, origin]),
    [
      ['metrics', 'http://shop.example:8000'],
      ['prometheus', 'https://prom.example'],
    ],
  );
  assert.deepEqual(serversOf(settingsOf({ metricsUrl: 'http://user:secret@shop.example/' })), []);
});

test('the key tells sources apart, and says nothing of what is in the settings', () => {
  const one = settingsOf({ metricsUrl: 'http://shop.example/metrics?token=4711' });
  assert.equal(setupKey(one, []), setupKey({ ...one }, []));
  assert.notEqual(setupKey(one, []), setupKey({ ...one, windowSeconds: 61 }, []));
  assert.match(setupKey(one, []), /^[\w-]{43}$/u);
});
