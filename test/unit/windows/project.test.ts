import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { describeProject } from '../../../src/core.ts';
import { coreAsWindows, onWindows } from './asWindows.ts';
import { windowsFolder } from './folder.ts';

const PROJECTS = fileURLToPath(new URL('../../projects', import.meta.url));
const SAMPLE = fileURLToPath(new URL('../../sample', import.meta.url));
const BYTE_ORDER_MARK = '\uFEFF';

/** What a description says in paths of Windows, in those of here. */
const inSlashes = (said: unknown): unknown => JSON.parse(JSON.stringify(said).replaceAll('\\\\', '/'));

const CASES = [
  { name: 'picks', folder: `${PROJECTS}/picks` },
  { name: 'nook', folder: `${PROJECTS}/nook` },
  { name: 'harbour', folder: `${PROJECTS}/harbour` },
  { name: 'sample', folder: SAMPLE },
];

for (const { name, folder } of CASES) {
  for (const [how, mark] of [
    ['', ''],
    [' and a byte order mark before each text', BYTE_ORDER_MARK],
  ] as const) {
    test(`${name} is described alike from a disk of Windows, with its line ends${how}`, async () => {
      const windows = await coreAsWindows();
      const place = `c:\\Users\\Jörg Müller\\My Projects\\${name}`;
      const files = windowsFolder(place, folder, mark);
      const there = await onWindows(() => windows.describeProject(place, { files }));
      assert.deepEqual(inSlashes(there), await describeProject(folder));
    });
  }
}
