import assert from 'node:assert/strict';
import { test } from 'node:test';
import MarkdownIt from 'markdown-it';
import { fencedBlocks } from '../../../src/diagnosis/guide/fences.ts';
import { seeded } from '../../kit/random.ts';

/** markdown-it, which passes CommonMark's own tests, is the judge of which blocks a text has. */
const markdown = new MarkdownIt('commonmark');

interface Found {
  readonly language: string;
  readonly line: number;
  readonly content: string;
}

function judged(text: string): Found[] {
  return markdown
    .parse(text, {})
    .filter(({ type }) => type === 'fence')
    .map(({ info, content, map }) => ({
      language: /^[^\s`{]*/u.exec(info.trim())?.[0].toLowerCase() ?? '',
      line: map?.[0] ?? -1,
      content,
    }));
}

function ours(text: string): Found[] {
  return fencedBlocks(text).map(({ language, from, lines }) => ({
    language,
    line: text.slice(0, from).split('\n').length - 1,
    content: lines.map((line) => `${line.text}\n`).join(''),
  }));
}

void test('the blocks are those of CommonMark', () => {
  for (const text of [
    '```sql\nSELECT 1;\n```',
    '~~~ SQL {.x}\na\n~~~~',
    '```\nnever closed\n\nat all',
    '````\n```\nin it\n```\n````',
    '  ```py\n    a\n  b\n ```',
    '    ```\n    indented code\n    ```',
    'text\n    ```\ngoes on\n```\nx\n```',
    '> ```sql\n> a\n> ```\n> b',
    '> ```\n> ends with the quote\nb\n```\nx\n```',
    '- a\n\n  ```sh\n  in the item\n    deeper\n\n  ```\n- b',
    '1. ```\n   in it\n   ```\n10) x',
    '- a\n  - b\n\n    ```\n    deep\n    ```\n',
    '- item\nlazy\n  ```\n  in the item\n  ```',
    '<!--\n```\nno block\n```\n-->\n```\na block\n```',
    '<details>\n```\nno block\n```\n\n```\na block\n```',
    '``` a`b\nno block\n```\n',
    'a\n```\nends the paragraph\n```\nb',
    '- - ```\n    x\n    ```',
    '* * *\n```\nx\n```',
    '\t```\n\tcode\n',
    '-\t```\n\tx\n\t```',
    '```sql\r\nSELECT 1;\r\n```\r\n',
    '',
  ])
    assert.deepEqual(
      ours(text).map((one) => ({ ...one, content: one.content.replace(/\s+$/u, '') })),
      judged(text).map((one) => ({ ...one, content: one.content.replace(/\s+$/u, '') })),
      JSON.stringify(text),
    );
});

void test('the same in texts that nobody would write', () => {
  const next = seeded(13);
  const parts = [
    '```',
    '```sql',
    '~~~',
    '````',
    '> ',
    '- ',
    '1. ',
    '  ',
    '   ',
    '    ',
    'a',
    'b c',
    '',
    '***',
    '# h',
    '<div>',
    '<!-- x',
    '-->',
    '2) ',
  ];
  let blocks = 0;
  for (let round = 0; round < 2_000; round++) {
    const lines = Array.from({ length: 2 + Math.floor(next() * 7) }, () =>
      Array.from({ length: 1 + Math.floor(next() * 3) }, () => parts[Math.floor(next() * parts.length)] ?? '').join(''),
    );
    const text = lines.join('\n');
    const expected = judged(text);
    blocks += expected.length;
    const said = ours(text).map(({ language, line, content }) => ({
      language,
      line,
      content: content.replace(/\s+$/u, ''),
    }));
    assert.deepEqual(
      said,
      expected.map(({ language, line, content }) => ({ language, line, content: content.replace(/\s+$/u, '') })),
      `${JSON.stringify(text)}\n${text}`,
    );
  }
  assert.ok(blocks > 1_000, String(blocks));
});

void test('the lines are where they say that they are', () => {
  const text = 'x\n> - ```sql\n>   SELECT 1;\n>     a\n>   ```\n';
  const [block] = fencedBlocks(text);
  assert.deepEqual(
    block?.lines.map((line) => text.slice(line.from, line.from + line.text.length)),
    ['SELECT 1;', '  a'],
  );
});
