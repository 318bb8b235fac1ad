import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameStatus } from '../../../src/presentation/databases/statusTexts.ts';
import { inertText } from '../../../src/presentation/texts/inertText.ts';
import { HOSTILE } from './hostileTexts.ts';

/** As VS Code 1.117 and 1.139 look for links in plain texts. @see linkedText.ts of VS Code */
const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;

void test('no text holds a link any more, and each reads as before', () => {
  assert.ok(HOSTILE.filter((text) => LINK.test(text)).length > 5, 'the links would be found');
  for (const text of HOSTILE) {
    assert.doesNotMatch(inertText(text), LINK, text);
    assert.equal(inertText(text).replaceAll('\u2060', ''), text);
  }
});

void test('other texts are left as they are', () => {
  for (const text of ['', 'array[1] (int)', '10.0.0.1:5432 [::1]', 'f(x)[1]']) assert.equal(inertText(text), text);
});

void test('the name of a connection draws no icon in the status bar, where each of ours says something', () => {
  const connection = { name: 'staging $(check) $(lock)\n', target: 'shop', production: true };
  const said = nameStatus({ connection } as unknown as Parameters<typeof nameStatus>[0]);
  assert.deepEqual(said?.text.match(/\$\(\w+\)/gu), ['$(lock)']);
});
