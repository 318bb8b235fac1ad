import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeSettings, parseSettings } from '../../../src/django/settings/checks/settingsFile.ts';
import { readSettings, type SettingsModel } from '../../../src/django/settings/model/settingsModel.ts';
import { seeded } from '../../kit/random.ts';
import { combinations } from '../../processes/django/rollback/corpus.ts';

/** Typing into a settings file: what is read with the tree of before is what is read anew. */

const TYPED = ['x', `'`, '#', '\n', '    ', '[', ']', ',', '(', '"""', 'if A:\n    ', '\\', '\r\n', '\u00fc'];

test('reading again after a change gives what reading anew gives', () => {
  const random = seeded(11);
  const filler = Array.from({ length: 150 }, (_, i) => `SETTING_${i} = ['a', ('b', ${i}), {'c': None}]  # ${i}\n`).join(
    '',
  );
  for (const { text: body } of combinations().filter((_, i) => i % 60 === 0)) {
    let text = `${filler.slice(0, filler.length / 2)}\n${body}\n${filler}`;
    let model: SettingsModel | undefined;
    for (let i = 0; i < 12; i++) {
      model = readSettings(text, model);
      assert.deepEqual(describeSettings(model), parseSettings(text), text.replaceAll(/^SETTING.*\n/gm, ''));
      const at = Math.floor(random() * text.length);
      const typed = TYPED[Math.floor(random() * TYPED.length)] ?? '';
      // Half of what is typed is taken back at once, as people do.
      text = text.slice(0, at) + typed + text.slice(at + (random() < 0.5 ? 0 : typed.length));
      if (random() < 0.5) text = text.slice(0, at) + text.slice(at + typed.length);
    }
  }
});
