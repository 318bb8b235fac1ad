import { createHash } from 'node:crypto';
import { drawingAddress, isWords, type Block, type Report } from './reportBlocks.ts';

/** One file with all that it needs: it loads nothing, runs nothing, and every text in it is escaped. */

/** Made for paper, so that it is light wherever it is looked at; what is folded away stays so in print. */
const STYLE = `
:root { color-scheme: light; --text: #1f1f1f; --soft: #5a5a5a; --line: #d0d0d0; }
@page { size: A4; margin: 9mm 12mm; }
body { max-width: 46rem; margin: 1.5rem auto; padding: 0 1rem; color: var(--text); background: #ffffff;
  font: 14px/1.4 system-ui, sans-serif; overflow-wrap: anywhere; }
h1, h2, h3 { line-height: 1.25; }
h1 { margin: 0 0 0.5rem; font-size: 1.6em; }
h2 { margin: 1.25rem 0 0.4rem; padding-bottom: 0.15rem; border-bottom: 1px solid var(--line); font-size: 1.15em; }
h3 { margin: 1rem 0 0.3rem; font-size: 1em; }
p, ul { margin: 0.35rem 0; }
ul { padding-left: 1.25rem; }
pre { overflow-x: auto; padding: 0.5rem 0.75rem; border: 1px solid var(--line); }
figure { margin: 0.4rem 0; }
img { display: block; width: 100%; height: auto; }
.drawing { width: auto; max-width: 100%; }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9em; font-variant-numeric: tabular-nums; }
th, td { padding: 0.12rem 0.8rem 0.12rem 0; border-bottom: 1px solid var(--line); text-align: end; vertical-align: top; }
thead th { color: var(--soft); font-weight: 600; }
tbody th { font-weight: normal; }
.words { text-align: start; }
td:not(.words), thead th { white-space: nowrap; }
tbody .words { min-width: 5rem; }
summary { color: var(--soft); cursor: pointer; }
@media print {
  :root { --text: #000000; --soft: #444444; --line: #bbbbbb; }
  body { max-width: none; margin: 0; padding: 0; font-size: 8pt; line-height: 1.3; }
  h1, h2, h3 { break-after: avoid; }
  h2 { margin: 0.5rem 0 0.25rem; }
  figure { margin: 0.15rem 0; }
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
