import { describeSettings } from '../../src/django/settings/checks/settingsFile.ts';
import { readSettings, type SettingsModel } from '../../src/django/settings/model/settingsModel.ts';
import { outlineSettings } from '../../src/django/settings/model/settingsOutline.ts';
import { settingsLenses } from '../../src/presentation/settingsFile/lenses.ts';
import { seeded } from '../kit/random.ts';
import type { Bench } from './bench.ts';
import { figure, type PartResult } from './figures.ts';
import { pairwise } from './statistics.ts';

const LINES = 2000;
const KEYSTROKES = 300;
const WHOLE = settingsText();

/**
 * From a keystroke in a settings file of 2,000 lines to its lenses: parse, read, check, draw. Each keystroke is measured
 * as the editor does it, with what is known of the text before it, and next to that without.
 */
export function measureLens({ quick, say }: Bench): Promise<PartResult> {
  say('Typing into a settings file of 2,000 lines');
  const random = seeded(11);
  const text = WHOLE;
  let model = readSettings(text);
  const incremental: number[] = [];
  const whole: number[] = [];
  for (let i = 0; i < (quick ? 30 : KEYSTROKES); i++) {
    // Typed, and taken back: the next one finds a file that is whole.
    for (const now of [type(text, random), text]) {
      const began = performance.now();
      const read = draw(now, model);
      incremental.push(performance.now() - began);
      const again = performance.now();
      draw(now, undefined);
      whole.push(performance.now() - again);
      model = read;
    }
  }
  const aim = { limit: 50, is: 'atMost' } as const;
  return Promise.resolve({
    figures: [
      figure('Lens', 'keystroke to lenses, 2,000 lines', 'ms', incremental, { aim }),
      figure('Lens', 'the same without what was known before', 'ms', whole),
      figure('Lens', 'with ÷ without', 'times', pairwise(incremental, whole)),
    ],
    details: { lines: text.split('\n').length, characters: text.length },
  });
}

function draw(text: string, before: SettingsModel | undefined): SettingsModel {
  const model = readSettings(text, before);
  describeSettings(model);
  const lenses = settingsLenses(outlineSettings(model), { locale: 'en', now: new Date(0) });
  if (lenses.length === 0 && text === WHOLE) throw new Error('The throttle has no lens.');
  return model;
}

const TYPED = ['a', 'Z_', '7', '#', '"', '(', ' = 1', '\n'];

/** Something typed somewhere, often in the list; some of it is no Python until more is typed. */
function type(text: string, random: () => number): string {
  const list = text.indexOf('MIDDLEWARE = [') + 14;
  const at = random() < 0.3 ? list + Math.floor(random() * 200) : Math.floor(random() * text.length);
  return text.slice(0, at) + (TYPED[Math.floor(random() * TYPED.length)] ?? 'a') + text.slice(at);
}

/** What large settings files are made of: lists, dictionaries, calls, and the settings that matter in the middle. */
function settingsText(): string {
  const half = (from: number): string[] =>
    Array.from({ length: LINES / 10 }, (_, i) => block(from + i))
      .flat()
      .slice(0, LINES / 2 - 8);
  const middle = [
    'MIDDLEWARE = [',
    '    "django.middleware.security.SecurityMiddleware",',
    '    "django.contrib.sessions.middleware.SessionMiddleware",',
    '    "shop.middleware.ThrottledSessionMiddleware",',
    '    "django.middleware.common.CommonMiddleware",',
    ']',
    'SESSION_COOKIE_AGE = 1209600',
    'SESSION_SAVE_EVERY_REQUEST = False',
  ];
  return ['import os', '', ...half(0), ...middle, ...half(1000), ''].join('\n');
}

function block(i: number): string[] {
  const n = String(i);
  return [
    `# Section ${n}`,
    `FEATURE_${n}_ENABLED = os.environ.get("FEATURE_${n}", "1") == "1"`,
    `FEATURE_${n}_HOSTS = ["a${n}.example.org", "b${n}.example.org"]`,
    `FEATURE_${n} = {`,
    `    "name": "feature ${n}",`,
    `    "limits": (1, 2, ${n}),`,
    `    "nested": {"deep": [True, None, {"key": "value"}]},`,
    '}',
    `if FEATURE_${n}_ENABLED:`,
    `    FEATURE_${n}["extra"] = "x" * 3`,
  ];
}
