import assert from 'node:assert/strict';
import { test } from 'node:test';
import { projectNames } from '../../../src/django/describe/projectNames.ts';

const SHOP = { name: 'shop', path: '/w/shop' };
const names = (...projects: readonly (readonly [root: string, settingsModule: string])[]): string[] => [
  ...projectNames(
    SHOP,
    projects.map(([root, settingsModule]) => ({ root, settingsModule })),
  ).values(),
];

test('a project is named after what was opened, not after the folder of manage.py', () => {
  assert.deepEqual(names(['/w/shop', 'config.settings.base']), ['shop']);
  assert.deepEqual(names(['/w/shop/backend', 'config.settings']), ['shop · config']);
  assert.deepEqual(names(['/w/shop/backend', 'shop.settings']), ['shop']);
  assert.deepEqual(names(['/w/shop/backend', 'settings']), ['shop · backend']);
});

test('several projects in one folder are told apart', () => {
  const several = names(
    ['/w/shop', 'config.settings'],
    ['/w/shop/services/a', 'config.settings'],
    ['/w/shop/b', 'billing.settings'],
    ['/w/shop/shop', 'shop.settings'],
  );
  assert.deepEqual(several, ['shop', 'shop · services/a', 'shop · billing', 'shop · shop']);
});
