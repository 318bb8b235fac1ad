import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectedWrites } from '../../../src/django/throttle/expectedWrites.ts';

const THROTTLED = { throttled: true, everyRequest: false };
const OFF = { throttled: false, everyRequest: false };
const ALWAYS = { throttled: false, everyRequest: true };
const BOTH = { throttled: true, everyRequest: true };

void test('a quick rollback ends the saves of the throttle, and its restore brings them back', () => {
  assert.equal(expectedWrites(THROTTLED, OFF), 'falls');
  assert.equal(expectedWrites(OFF, THROTTLED), 'rises');
});

void test('a full rollback saves at every request, and its restore no longer', () => {
  assert.equal(expectedWrites(THROTTLED, ALWAYS), 'rises');
  assert.equal(expectedWrites(ALWAYS, THROTTLED), 'falls');
});

void test('with a save at every request the throttle changes nothing, and neither does what was taken back', () => {
  assert.equal(expectedWrites(BOTH, ALWAYS), 'stays');
  assert.equal(expectedWrites(THROTTLED, THROTTLED), 'stays');
});

void test('nothing is expected where the settings are not known', () => {
  assert.equal(expectedWrites({ throttled: true }, ALWAYS), undefined);
  assert.equal(expectedWrites(THROTTLED, { everyRequest: false }), undefined);
});
