import { createHash } from 'node:crypto';
import { drawingAddress, isWords, type Block, type Report } from './reportBlocks.ts';

/** One file with all that it needs: it loads nothing, runs nothing, and every text in it is escaped. */

const STYLE = `
:root { color-scheme: light dark; --text: #1f1f1f; --soft: #5a5a5a; --line: #d0d0d0; --back: #ffffff; }
@media (prefers-color-scheme: dark) { :root { --text: #dcdcdc; --soft: #a5a5a5; --line: #474747; --back: #1f1f1f; } }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: var(--text); background: var(--back);
  font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1, h2, h3 { line-height: 1.25; }
h2 { margin-top: 2.5rem; padding-bottom: 0.25rem; border-bottom: 1px solid var(--line); }
h3 { margin: 1.75rem 0 0.5rem; }
pre { overflow-x: auto; padding: 0.5rem 0.75rem; border: 1px solid var(--line); }
figure { margin: 0.5rem 0; }
img { display: block; max-width: 100%; height: auto; border: 1px solid var(--line); }
.drawing { border: none; }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.2rem 1rem 0.2rem 0; border-bottom: 1px solid var(--line); text-align: end; vertical-align: top; }
thead th { color: var(--soft); font-weight: 600; }
tbody th { font-weight: normal; }
.words { text-align: start; }
td:not(.words), thead th { white-space: nowrap; }
tbody .words { min-width: 8rem; }
@media print {
  :root { --text: #000000; --soft: #444444; --line: #bbbbbb; --back: #ffffff; color-scheme: light; }
  body { max-width: none; margin: 0; font-size: 10pt; }
  h1, h2, h3 { break-after: avoid; }
  figure, tr { break-inside: avoid; }
  .table { overflow-x: visible; }
}
`;

export function reportHtml({ title, blocks }: Report): string {
  const style = createHash('sha256').update(STYLE).digest('base64');
  const policy = `default-src 'none'; img-src data:; style-src 'sha256-${style}'; form-action 'none'; base-uri 'none'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${blocks.map(html).join('\n')}
</main>
</body>
</html>
`;
}

function html(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level}>${escape(block.text)}</h${block.level}>`;
    case 'text':
      return `<p>${escape(block.text)}</p>`;
    case 'list':
      return `<ul>\n${block.items.map((item) => `<li>${escape(item)}</li>`).join('\n')}\n</ul>`;
    case 'code':
      return `<pre><code>${escape(block.text)}</code></pre>`;
    case 'place':
      return `<ul>\n<li>${escape(block.text)}</li>\n</ul>`;
    case 'picture':
      return `<figure><img src="data:image/png;base64,${escape(block.png)}" alt="${escape(block.text)}"></figure>`;
    case 'drawing':
      return `<figure><img class="drawing" src="${drawingAddress(block)}" alt="${escape(block.text)}"></figure>`;
    case 'table':
      return table(block);
    case 'folded':
      return `<details><summary>${escape(block.summary)}</summary>\n${block.blocks.map(html).join('\n')}\n</details>`;
  }
}

function table(block: Extract<Block, { kind: 'table' }>): string {
  const { head, rows } = block;
  const cell = (text: string, column: number, isHead: boolean): string => {
    const tag = isHead || column === 0 ? 'th' : 'td';
    const scope = tag === 'td' ? '' : ` scope="${isHead ? 'col' : 'row'}"`;
    return `<${tag}${scope}${isWords(block, column) ? ' class="words"' : ''}>${escape(text)}</${tag}>`;
  };
  const line = (cells: readonly string[], isHead: boolean): string =>
    `<tr>${cells.map((text, column) => cell(text, column, isHead)).join('')}</tr>`;
  const body = rows.map((cells) => line(cells, false)).join('\n');
  return `<div class="table"><table>\n<thead>${line(head, true)}</thead>\n<tbody>\n${body}\n</tbody>\n</table></div>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For texts and for attributes in quotation marks. */
function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
