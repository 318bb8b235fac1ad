import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'src', 'webview');
/** Milliseconds: longer motion is waited for. */
const LONGEST = 150;

const styles = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.css'))
  .map((name) => readFileSync(join(FOLDER, name), 'utf8'));

test('nothing moves for longer than 150 ms, and nothing at all for who wants no motion', () => {
  assert.ok(styles.length > 3);
  const times = styles.flatMap((style) =>
    [...style.matchAll(/(?:transition|animation)[\w-]*:([^;]*);/g)].flatMap(([, value = '']) =>
      [...value.matchAll(/(\d*\.?\d+)(ms|s)\b/g)].map(([, number, unit]) => Number(number) * (unit === 's' ? 1000 : 1)),
    ),
  );
  assert.ok(times.length > 0);
  assert.deepEqual(
    times.filter((ms) => ms > LONGEST),
    [],
  );
  const still =
    /@media \(prefers-reduced-motion: reduce\) \{\s*\*[^{]*\{\s*transition: none !important;\s*animation: none !important;/;
  assert.ok(styles.some((style) => still.test(style)));
  // Smooth scrolling is motion that no rule takes away.
  assert.ok(styles.every((style) => !style.includes('scroll-behavior')));
});
