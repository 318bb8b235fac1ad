import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parse } from 'yaml';
import { yamlText, type Yaml } from '../../../src/export/yamlText.ts';
import { seeded } from '../../kit/random.ts';

const TEXTS = [
  '',
  ' ',
  'a',
  'a b',
  'a: b',
  'a #b',
  'yes',
  'No',
  'null',
  '~',
  '1',
  '1e3',
  '0x1f',
  '12:30',
  '1_000',
  '.5',
  '-',
  '- a',
  '? a',
  '&a',
  '*a',
  '!a',
  '%a',
  '@a',
  '`a`',
  '"a"',
  "it's",
  '{{ $value }}',
  '[a]',
  'a\nb',
  'a\nb\n',
  'a\n\nb',
  'a\n\n',
  '\na',
  ' a\nb',
  'a\n b\n  c',
  'a\n\tb',
  'a\r\nb',
  'a \nb',
  'a\\nb',
  'é\u2028x',
  '\u0000',
  'a\n# b',
  'a\n---\nb',
  'a ',
  'a:',
];

it('writes what both versions of YAML read as it was', () => {
  const random = seeded(7);
  const value = (depth: number): Yaml => {
    const kind = random();
    const length = Math.floor(random() * 4);
    if (depth > 0 && kind < 0.3) return Array.from({ length }, () => value(depth - 1));
    if (depth > 0 && kind < 0.7) {
      return Object.fromEntries(
        Array.from({ length }, (_, i) => [`${TEXTS[Math.floor(random() * TEXTS.length)]}${i}`, value(depth - 1)]),
      );
    }
    if (kind < 0.8) return Math.floor(random() * 1e6) / 10;
    if (kind < 0.85) return random() < 0.5;
    return TEXTS[Math.floor(random() * TEXTS.length)] ?? '';
  };
  const values = [
    ...TEXTS.map((text) => ({ [text]: text, list: [text, [text], { a: text }] })),
    ...Array.from({ length: 300 }, () => ({ a: value(4), b: [value(3)] })),
  ];
  for (const one of values) {
    const written = yamlText(one);
    for (const version of ['1.1', '1.2'] as const) {
      assert.deepEqual(parse(written, { version }), one, `${version}: ${written}`);
    }
  }
});
