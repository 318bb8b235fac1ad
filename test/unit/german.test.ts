import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTexts } from '../docs/readManifest.ts';

/** The German of package.json says all that the English says, and nothing of it was left in English. */

const english = await readTexts();
const german = await readTexts('de');
const pairs = Object.entries(english).flatMap(([key, text]) => {
  const de = german[key];
  return de === undefined ? [] : [{ key, text, de }];
});

/** What fails, by its key. */
function wrong(isWrong: (pair: (typeof pairs)[number]) => boolean): string[] {
  return pairs.filter(isWrong).map(({ key, de }) => `${key}: ${de}`);
}

const sorted = (texts: Iterable<string>): string[] => [...texts].sort();

test('has the same texts', () => {
  assert.deepEqual(
    sorted(Object.keys(german)),
    sorted(Object.keys(english)),
    'add the missing ones to package.nls.de.json',
  );
  assert.deepEqual(
    wrong(({ de }) => de.trim() === '' || de !== de.trim()),
    [],
  );
});

/** What stands in a text for a program, and is the same in each language: code, targets of links, settings, names in capitals, files, addresses. */
const FIXED = /`[^`]*`|\]\([^)]*\)|#[\w.]+#|\b[A-Z]+_[A-Z_]+\b|\b[\w-]+\.(?:py|svg)\b|\b\d[\d.,]*\b|\*\*|\n/g;

test('has the same code, links, settings, numbers and paragraphs in each text', () => {
  const fixed = (text: string): string =>
    sorted(text.match(FIXED) ?? [])
      .join(' ')
      // A decimal point is a comma in German.
      .replaceAll(',', '.');
  assert.deepEqual(
    wrong(({ text, de }) => fixed(text) !== fixed(de)),
    [],
  );
});

test('ends each text as it ends in English', () => {
  const end = (text: string): string => /[.…:?]$/.exec(text)?.[0] ?? '';
  assert.deepEqual(
    wrong(({ text, de }) => end(text) !== end(de)),
    [],
  );
});

/** Names, which have no German. */
const SAME = ['Django Session Monitor', 'Prometheus'];
/** Words that no German text has outside of code. */
const ENGLISH_WORDS =
  /\b(?:the|and|of|is|are|with|to|for|which|when|from|its|that|not|or|by|on|session|sessions|settings|open|show|choose)\b/;
/** Code, which stays, and the buttons of a text, of which the targets stay. */
const CODE = /`[^`]*`|\]\([^)]*\)|\S*[_./]\S*/g;

test('leaves nothing in English', () => {
  assert.deepEqual(
    wrong(({ text, de }) => text === de && !SAME.includes(text)),
    [],
  );
  assert.deepEqual(
    wrong(({ de }) => ENGLISH_WORDS.test(de.replaceAll(CODE, ''))),
    [],
  );
});

test('speaks as VS Code does: without Sie and du, and of Kennwort, Ordner and Arbeitsbereich', () => {
  const unlike =
    /\b(?:Sie (?:können|müssen|sollten|haben)|Ihre?[rnm]?|[Dd]u|[Dd]eine?[rnm]?|Passwort|Verzeichnis|Workspace|Log(?:s|datei)?)\b/;
  assert.deepEqual(
    wrong(({ de }) => unlike.test(de.replaceAll(CODE, ''))),
    [],
  );
});

test('names a command in its buttons as the palette does', () => {
  const title = (texts: typeof english, name: string): string => texts[`commands.${name}.title`] ?? '';
  for (const { key, text, de } of pairs) {
    const buttons = (of: string): RegExpExecArray[] => [
      ...of.matchAll(/\[([^\]]+)\]\(command:djangoSessionMonitor\.(\w+)\)/g),
    ];
    buttons(text).forEach(([, label, name = ''], i) => {
      if (label === title(english, name)) assert.equal(buttons(de)[i]?.[1], title(german, name), key);
    });
  }
});

/** Titles of views stand in a side bar of 170 pixels, besides its buttons; a menu is as wide as its longest title. */
const LONGEST = { view: 18, command: 60 };

test('fits where it stands', () => {
  assert.deepEqual(
    wrong(
      ({ key, de }) =>
        (/^views\..*\.name$|^name$/.test(key) && de.length > LONGEST.view) ||
        (/^commands\.\w+\.title$/.test(key) && de.length > LONGEST.command),
    ),
    [],
  );
});
