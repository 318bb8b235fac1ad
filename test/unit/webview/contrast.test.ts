import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contrastOf, parseColor, visible } from '../../../src/webview/controls/contrast.ts';

void test('a colour is read as VS Code writes it, without its transparency', () => {
  assert.deepEqual(parseColor('#59a4f9'), [89, 164, 249]);
  assert.deepEqual(parseColor(' #EA5C0055 '), [234, 92, 0]);
  assert.deepEqual(parseColor('rgba(234, 92, 0, 0.33)'), [234, 92, 0]);
  assert.deepEqual(parseColor('rgb(0 128 255)'), [0, 128, 255]);
  assert.equal(parseColor('tomato'), undefined);
  assert.equal(parseColor(''), undefined);
});

void test('contrast is that of WCAG', () => {
  assert.equal(contrastOf([0, 0, 0], [255, 255, 255]), 21);
  assert.equal(contrastOf([9, 9, 9], [9, 9, 9]), 1);
  // The example that is known from WCAG’s own techniques: #767676 on white is just enough for text.
  assert.ok(Math.abs(contrastOf([0x76, 0x76, 0x76], [255, 255, 255]) - 4.54) < 0.005);
});

void test('a curve can be seen, and keeps its colour where it could be', () => {
  assert.equal(visible('#59a4f9', '#1f1f1f', '#cccccc'), 'rgb(89, 164, 249)');
  // Dark Modern’s orange, and the one of Light 2026.
  assert.equal(visible('rgba(234, 92, 0, 0.33)', '#1f1f1f', '#cccccc'), 'rgb(234, 92, 0)');
  const darker = parseColor(visible('#d18616', '#ffffff', '#202020')) ?? assert.fail();
  assert.ok(contrastOf(darker, [255, 255, 255]) >= 3);
  assert.ok(darker[0] > darker[1] && darker[1] > darker[2], 'still an orange');
  // Nothing is known of these.
  assert.equal(visible('tomato', '#ffffff', '#000000'), 'tomato');
  assert.equal(visible('#ffffff', 'white', '#000000'), '#ffffff');
  // No foreground helps: then it is that, and there is an end.
  assert.equal(visible('#101010', '#000000', '#000000'), 'rgb(0, 0, 0)');
});
