import assert from 'node:assert/strict';
import { test } from 'node:test';
import MarkdownIt from 'markdown-it';
import { unknown } from '../../../src/common/measured.ts';
import type { AlertState } from '../../../src/monitoring/alerts/alertTypes.ts';
import { ALERT_RULES } from '../../../src/monitoring/alerts/alerts.ts';
import { alertHover, childHover, escapeMarkdown, measuredLine } from '../../../src/presentation/texts/hover.ts';
import { HOSTILE } from './hostileTexts.ts';

/** HTML, links and bare addresses on: more than VS Code makes of the Markdown of a hover. */
const rendered = (markdown: string): string => new MarkdownIt({ html: true, linkify: true }).render(markdown);

const now = new Date('2026-05-01T12:00:00Z');
const options = { locale: 'en', now };

function alertSaying(message: string): AlertState {
  const rule = ALERT_RULES[0] ?? assert.fail('no rule');
  return {
    rule,
    status: 'firing',
    since: now,
    value: unknown(message),
    threshold: 1,
    forSeconds: 1,
    message,
    short: undefined,
    applies: true,
    unknownSince: undefined,
    acknowledged: false,
    snoozedUntil: undefined,
    counts: true,
  };
}

/** Each puts a text of others into a hover; `own`: elements that the hover itself is made of. */
const HOVERS: readonly { readonly name: string; readonly of: (text: string) => string; readonly own: RegExp }[] = [
  { name: 'a text alone', of: escapeMarkdown, own: /<\/?p>/g },
  {
    name: 'the label and the detail of a child',
    of: (text) =>
      childHover({ key: 'k', label: text, unit: 'count', value: unknown(text, text), detail: text }, options),
    own: /<\/?(?:p|strong|ul|li|pre)>|<code class="language-sql">|<\/code>/g,
  },
  {
    name: 'the reason of an unknown figure',
    of: (text) => measuredLine(text, unknown(text, text), 'count', options),
    own: /<\/?(?:ul|li|strong)>/g,
  },
  {
    name: 'the sentence of an alert',
    of: (text) => alertHover(alertSaying(text), now),
    own: /<\/?(?:p|strong|ul|li|em|code)>/g,
  },
];

for (const { name, of, own } of HOVERS)
  void test(`no link, picture, HTML or formatting comes from elsewhere: ${name}`, () => {
    const plain = rendered(of('plain'));
    for (const text of HOSTILE) {
      const html = rendered(of(text));
      assert.doesNotMatch(html.replace(own, ''), /<[^>]*>/, text);
      assert.deepEqual(html.match(own), plain.match(own), `${text} changes how the hover is built`);
    }
  });

void test('what is escaped reads as it was, but for its line breaks', () => {
  const inline = new MarkdownIt({ html: true, linkify: true });
  for (const text of HOSTILE) {
    const read = inline
      .renderInline(escapeMarkdown(text))
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&');
    assert.equal(read, text.trim().replace(/\s*\n\s*/g, ' '));
  }
});
