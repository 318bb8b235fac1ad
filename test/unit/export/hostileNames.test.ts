import assert from 'node:assert/strict';
import markdownIt from 'markdown-it';
import { test } from 'node:test';
import { parse } from 'yaml';
import { ALERT_RULES } from '../../../src/core.ts';
import { EXPORT_TARGETS, type ExportContext } from '../../../src/export/targets.ts';

/** A name in the settings of a workspace, or of a database, that would be more than a name. */
const HOSTILE =
  'x`` ` \n\n[click](command:evil) <img src=x> ![seen](https://evil.example/pixel.png) {{ printf "owned" }} "; --\n  - alert: Evil\n"""\nimport os #';

const context = (connection: string): ExportContext => ({
  table: { schema: 'public', name: 'django_session' },
  database: connection === 'shop' ? 'shop' : 'sh`\n\n[click](command:evil)',
  connection,
  rules: ALERT_RULES.map((rule) => ({
    rule,
    threshold: rule.threshold.default,
    forSeconds: rule.forSeconds.default,
  })),
  intervalSeconds: 10,
  throttleIntervalSeconds: 300,
  cleanupIntervalSeconds: 86_400,
});

/** What there is to click, to load and to read of a page. */
function shape(text: string): unknown {
  const html = markdownIt({ html: true, linkify: true }).render(text);
  return [html.match(/<a /gu)?.length, html.match(/<img/gu)?.length, html.match(/<(?:h\d|li|tr|p|pre)\b/gu)?.length];
}

/** How a document is made, whatever its texts say. */
function skeleton(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(skeleton);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.entries(value).map(([key, one]) => [key, skeleton(one)]);
}

for (const target of EXPORT_TARGETS)
  test(`names in what is exported to ${target.label} are names, whatever stands in them`, () => {
    const plain = target.files(context('shop'));
    const hostile = target.files(context(HOSTILE));
    assert.deepEqual(
      hostile.map(({ path }) => path),
      plain.map(({ path }) => path),
    );
    for (const [i, { path, text }] of hostile.entries()) {
      const before = plain[i]?.text ?? '';
      if (path.endsWith('.md')) assert.deepEqual(shape(text), shape(before), path);
      if (/\.(?:ya?ml|json)$/u.test(path)) assert.deepEqual(skeleton(parse(text)), skeleton(parse(before)), path);
      if (path.endsWith('.py')) assert.equal(text, before, path);
      // Templates of Prometheus are run where an alert is told.
      if (path.endsWith('.yml')) assert.doesNotMatch(text, /\{\{ printf "owned/u, path);
    }
  });
