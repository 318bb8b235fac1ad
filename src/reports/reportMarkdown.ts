import { drawingAddress, isWords, type Block, type Report } from './reportBlocks.ts';

/**
 * CommonMark with the tables of GitHub. Its pictures are data URIs, so that it is one file.
 *
 * @param isFile it is read elsewhere, where pictures of this kind may not be shown: that is said
 */
export function reportMarkdown({ blocks }: Report, isFile = true): string {
  const hasPictures = isFile && blocks.some(({ kind }) => kind === 'picture' || kind === 'drawing');
  const note: readonly Block[] = hasPictures ? [{ kind: 'text', text: PICTURES }] : [];
  const behindTitle = blocks.toSpliced(1, 0, ...note);
  return `${behindTitle.map(markdown).join('\n\n')}\n`;
}

const PICTURES =
  'The pictures are part of this file. Some viewers, GitHub’s among them, do not show such pictures: save the report as HTML for them.';

function markdown(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(block.level)} ${escape(block.text)}`;
    case 'text':
      return escape(block.text);
    case 'list':
      return block.items.map((item) => `- ${escape(item)}`).join('\n');
    case 'code':
      return fenced(block);
    case 'place':
      return `- [${escape(block.text)}](</${block.path.split('/').map(encodeURIComponent).join('/')}#L${block.line}>)`;
    case 'picture':
      return `![${escape(block.text)}](data:image/png;base64,${block.png.replaceAll(/[^\w+/=]/g, '')})`;
    case 'drawing':
      return `![${escape(block.text)}](${drawingAddress(block)})`;
    case 'table':
      return table(block);
    case 'folded':
      // HTML, for Markdown has no such thing: GitHub and VS Code fold it. The empty lines make Markdown of what is in it.
      return [
        '<details>',
        `<summary>${inHtml(block.summary)}</summary>`,
        ...block.blocks.map(markdown),
        '</details>',
      ].join('\n\n');
  }
}

function table(block: Extract<Block, { kind: 'table' }>): string {
  const { head, rows } = block;
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (isWords(block, column) ? ':---' : '---:'));
  return [head.map(escape), rule, ...rows.map((cells) => cells.map(escape))].map(line).join('\n');
}

/** The fence is longer than any in it. */
function fenced({ language, text }: Extract<Block, { kind: 'code' }>): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}${language}\n${text.replaceAll(/\r\n?/g, '\n').trimEnd()}\n${fence}`;
}

/** Between letters an underscore means nothing, and names stay readable. @see https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run */
const IN_NAMES = /(?<=[\p{L}\p{N}])(?:\\_)+(?=[\p{L}\p{N}])/gu;

/**
 * Everything that could be read as markup: HTML as entities, all else behind a backslash, which CommonMark allows before any
 * ASCII punctuation. A line break would end a row or begin a block. "1." at the beginning would begin a list.
 */
function escape(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/[\\`*_[\]|~$]|^[-+#=]|#+$|(?<=^\d+)[.)]/g, String.raw`\$&`)
    .replaceAll(IN_NAMES, (run) => run.replaceAll('\\', ''))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** In a line of HTML, where no Markdown is read. */
function inHtml(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
