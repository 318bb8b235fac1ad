import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import MarkdownIt from 'markdown-it';
import { unknown } from '../../../src/common/measured.ts';
import { AlertEngine } from '../../../src/monitoring/alerts/alerts.ts';
import type { RangeFigures, SeriesFigures } from '../../../src/reports/compareFigures.ts';
import type { Comparison } from '../../../src/reports/compareRanges.ts';
import { comparedSeries, comparisonRows } from '../../../src/reports/compareText.ts';
import type { SaidComparison } from '../../../src/reports/comparisonBlocks.ts';
import type { Movement } from '../../../src/reports/movement.ts';
import { makeReport } from '../../../src/reports/report.ts';
import type { ReportFacts } from '../../../src/reports/reportFacts.ts';
import type { Block } from '../../../src/reports/reportBlocks.ts';
import { reportHtml } from '../../../src/reports/reportHtml.ts';
import { isOfApplication } from '../../../src/reports/reportStatements.ts';
import { reportMarkdown } from '../../../src/reports/reportMarkdown.ts';
import { detail, exact, later, snapshot, START } from '../monitoring/samples.ts';

/** The renderer of VS Code's own preview. HTML passes through it, so that what is not escaped is seen. */
const rendered = (markdown: string): string => new MarkdownIt({ html: true }).render(markdown);

const HOSTILE = '<script>alert(1)</script> | a"b\' \n\n# x `y` **z** [l](javascript:1) ![i](x) &amp; \\ _u_ ~~s~~';

const series = (metricId: string, median: number): SeriesFigures => ({
  metricId,
  readings: 90,
  first: median,
  last: median + 1,
  min: median - 1,
  max: median + 2,
  median,
});

function range(more: Partial<RangeFigures> = {}): RangeFigures {
  return {
    from: START,
    to: later(900),
    readings: 90,
    covered: 1,
    levels: ['reading'],
    series: [series('sessions.total', 1000), series('writes.saves', 50)],
    ...more,
  };
}

function facts(more: Partial<ReportFacts> = {}): ReportFacts {
  return {
    name: 'shop',
    target: 'shop on db.example.org:5432',
    range: { from: START, to: later(900) },
    madeAt: later(1000),
    version: '0.1.0',
    problem: '',
    charts: [
      {
        id: 'sessions',
        title: 'Sessions',
        unit: 'count',
        series: [
          { id: 'sessions.total', label: 'Total', factor: 1, how: 'estimated' },
          { id: 'sessions.never', label: 'Never', factor: 1, how: 'unknown' },
        ],
      },
      {
        id: 'saves',
        title: 'Saves an hour',
        unit: 'perHour',
        series: [{ id: 'writes.saves', label: 'Saves', factor: 60, how: 'exact' }],
      },
    ],
    figures: range(),
    pictures: new Map([['sessions', 'iVBORw0KGgo=']]),
    withoutPictures: '',
    comparison: undefined,
    annotations: [{ kind: 'rollback', at: later(300), text: 'Rolled back' }],
    alerts: [],
    statements: detail().statements,
    ...more,
  };
}

const textOf = (blocks: readonly Block[]): string => JSON.stringify(blocks);
const model = (more: Partial<ReportFacts> = {}, locale = 'en'): readonly Block[] =>
  makeReport(facts(more), { locale }).blocks;
/** The table that is folded away under these words. */
function folded(blocks: readonly Block[], summary: string): Extract<Block, { kind: 'table' }> | undefined {
  const found = blocks.flatMap((block) => (block.kind === 'folded' && block.summary === summary ? block.blocks : []));
  return found.find((block) => block.kind === 'table');
}
const tables = (blocks: readonly Block[]): readonly Extract<Block, { kind: 'table' }>[] =>
  blocks.filter((block) => block.kind === 'table');

test('figures are in the unit of the chart, and estimates are marked as such', () => {
  const all = folded(model(), 'All figures');
  assert.deepEqual(all?.rows, [
    ['Sessions', 'Total', '≈ 1,000', '≈ 1,001', '≈ 999', '≈ 1,000', '≈ 1,002', '90'],
    ['Saves an hour', 'Saves', '3,000/h', '3,060/h', '2,940/h', '3,000/h', '3,120/h', '90'],
  ]);
  assert.equal(folded(model({}, 'de'), 'All figures')?.rows[0]?.[2], '≈ 1.000');
});

test('it begins in words, and what did not move takes a line instead of a chart', () => {
  const still = { ...series('sessions.total', 7), last: 7, min: 7, max: 7 };
  const text = textOf(model({ figures: range({ series: [still, series('writes.saves', 50)] }) }));
  assert.match(
    text,
    /"Summary"},{"kind":"list","items":\["No alert is firing; 0 are watched\.","Saves: 3,000\/h at the median/,
  );
  assert.match(text, /Happened: 1 × rollback\./);
  assert.match(text, /Unchanged all the time"},{"kind":"list","items":\["Sessions: Total ≈ 7"\]/);
  assert.doesNotMatch(text, /Chart of Sessions/);
});

test('says where it is from, and what it lacks', () => {
  const text = textOf(
    model({
      problem: 'stale. The server is gone.',
      figures: range({ covered: 0.5, levels: ['minute', 'hour'] }),
      withoutPictures: 'there was no chart.',
    }),
  );
  for (const part of [
    'Database: shop on db.example.org:5432',
    /Made: Nov 9, 2025, [^"]* by Django Session Monitor 0\.1\.0/,
    'Monitoring: stale. The server is gone.',
    'readings cover 50% of it',
    'medians of minute means and hour means',
    'Without pictures: there was no chart.',
    'Rolled back',
  ])
    assert.ok(typeof part === 'string' ? text.includes(part) : part.test(text), String(part));
});

test('alerts that fire stand in a table, the others in a line', () => {
  const engine = new AlertEngine();
  engine.evaluate(snapshot(), START);
  const states = engine.states();
  assert.match(textOf(model({ alerts: states })), /No alert is firing; \d+ are watched\./);
  const firing = states.map((state) => ({ ...state, status: 'firing' as const, since: START, message: 'So many.' }));
  const [table] = tables(model({ alerts: firing }));
  assert.equal(table?.rows.length, states.filter(({ applies }) => applies).length);
  assert.equal(table.rows[0]?.[3], 'So many.');
});

function saidOf(made: Comparison): SaidComparison {
  const none = { interval: '', isWide: true, why: '' };
  const movements = new Map<string, Movement>([
    ['sessions.total', { ...none, verdict: 'moved', change: '−50%', interval: '−48% to −52%' }],
    ['writes.saves', { ...none, verdict: 'unknown', change: '', why: 'Nothing was read.' }],
  ]);
  const comparison = { ...made, movements };
  const rows = comparisonRows(comparedSeries(facts().charts), comparison, { locale: 'en' });
  return { comparison, rows, sentence: 'Total −50%.', basis: 'From days.' };
}

test('the comparison stands in it, with what is to be known of each range', () => {
  const after = range({
    from: later(900),
    to: later(1800),
    series: [series('sessions.total', 500), series('writes.saves', 50)],
    covered: 0.7,
  });
  const blocks = model({ comparison: saidOf({ before: range(), after }) });
  const [table] = tables(blocks);
  assert.deepEqual(table?.rows, [
    ['Sessions', 'Total', '1,000', '500', '−500', '−50%', '−50% (−48% to −52%)', '90 / 90'],
  ]);
  assert.equal(folded(blocks, '1 not beyond noise, or with too little data to tell')?.rows.length, 1);
  assert.match(
    textOf(blocks),
    /Before and after"},{"kind":"text","text":"Total −50%\."},{"kind":"text","text":"From days\."/,
  );
  assert.match(textOf(blocks), /A, before: Nov 9.*B, after: Nov 9[^"]*It is not over yet\. It has gaps/);
});

test('only statements of the application: no DDL, no fixtures, nothing of ours', () => {
  const of = (query: string): boolean => isOfApplication(query);
  for (const query of [
    'SELECT "django_session"."session_key" FROM "django_session" WHERE x = $1',
    '/* route=/cart */ UPDATE "django_session" SET "session_data" = $1',
    '-- by hand\ndelete from django_session where expire_date < $1',
    'WITH old AS (SELECT $1) DELETE FROM django_session',
    'INSERT INTO "django_session" ("session_key") VALUES ($1)',
  ])
    assert.ok(of(query), query);
  for (const query of [
    'CREATE INDEX x ON django_session (expire_date)',
    'VACUUM (ANALYZE) django_session',
    'TRUNCATE django_session',
    'COPY django_session FROM STDIN',
    'INSERT INTO django_session SELECT md5(i::text) FROM generate_series($1, $2) AS i',
    'SELECT /* django-session-monitor */ count(*) FROM django_session',
    'EXPLAIN SELECT * FROM django_session',
    '',
  ])
    assert.ok(!of(query), query);
});

test('Markdown and HTML say the same', () => {
  const report = makeReport(facts({ pictures: new Map(), comparison: saidOf({ before: range(), after: range() }) }), {
    locale: 'en',
  });
  const words = (html: string): string =>
    html
      .replace(/^[^]*<body>/, '')
      .replaceAll(/<[^>]+>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .replaceAll('&#39;', "'")
      .trim();
  const said = words(reportHtml(report));
  assert.ok(said.length > 1000, said);
  assert.equal(words(rendered(reportMarkdown(report))), said);
});

test('statements stand in it, the most expensive first, or why they are not known', () => {
  const table = tables(model()).at(-1);
  assert.deepEqual(
    table?.rows.map((cells) => cells[3]),
    ['55%', '45%'],
  );
  const hidden = textOf(model({ statements: unknown('It is not installed.', 'Install it.') }));
  assert.match(hidden, /Unknown\. It is not installed\. Install it\./);
  assert.doesNotMatch(textOf(model({ statements: undefined })), /Statements of/);
  assert.match(textOf(model({ statements: exact([]) })), /None was recorded/);
});

const hostile = (): ReportFacts =>
  facts({
    name: HOSTILE,
    target: HOSTILE,
    problem: HOSTILE,
    annotations: [{ kind: 'cleanup', at: later(5), until: later(10), text: HOSTILE }],
    charts: facts().charts.map((chart) => ({
      ...chart,
      title: HOSTILE,
      series: chart.series.map((one) => ({ ...one, label: HOSTILE })),
    })),
    statements: exact([{ queryId: '1', query: `SELECT ${HOSTILE}`, calls: 0, totalMs: 0, meanMs: 0, rows: 0 }]),
    pictures: new Map([['sessions', 'iVBORw0KGgo=")<script>']]),
  });

test('no name, whatever stands in it, is taken for HTML', () => {
  const html = reportHtml(makeReport(hostile(), { locale: 'en' }));
  assert.doesNotMatch(html, /<script|<a |<img src="x|onerror/);
  // Of what was given no bare quotation mark is left, in texts and in attributes.
  assert.ok(html.includes('&lt;script&gt;alert(1)&lt;/script&gt; | a&quot;b&#39;'));
  assert.ok(html.includes('&amp;amp;'));
  const [, style = ''] = /<style>([^]*?)<\/style>/.exec(html) ?? [];
  const hash = createHash('sha256').update(style).digest('base64');
  assert.ok(html.includes(`default-src 'none'; img-src data:; style-src 'sha256-${hash}'`));
  assert.doesNotMatch(html, /https?:|src="(?!data:image\/png;base64,)/);
});

test('no name, whatever stands in it, is taken for Markdown, or ends the cell of a table', () => {
  const markdown = reportMarkdown(makeReport(hostile(), { locale: 'en' }));
  const html = rendered(markdown);
  assert.doesNotMatch(html, /<script|<a |<em>|<strong>|<s>|<code>|<img src="x/);
  const plain = HOSTILE.replaceAll(/\s+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  for (const tag of ['h1', 'td']) assert.ok(html.includes(`${plain}</${tag}>`), `${tag}: ${html}`);
  const columns = [...html.matchAll(/<tr>([^]*?)<\/tr>/g)].map(([, row = '']) => row.match(/<t[hd]/g)?.length);
  assert.deepEqual(new Set(columns), new Set([8, 2, 6]));
});

test('lists, headings and numbers do not become other blocks', () => {
  for (const text of ['1. one', '- item', '# head', '+ plus', 'end #', '2) two', '---', '===', '$x$']) {
    const markdown = reportMarkdown({ title: '', blocks: [{ kind: 'text', text }] });
    assert.equal(rendered(markdown).trim(), `<p>${text}</p>`, markdown);
  }
});

test('Markdown is one file with its pictures, and says who does not show them', () => {
  const markdown = reportMarkdown(makeReport(facts(), { locale: 'en' }));
  assert.match(markdown, /^# Django sessions: shop\n\nThe pictures are part of this file\./);
  assert.match(rendered(markdown), /<img src="data:image\/png;base64,iVBORw0KGgo=" alt="Chart of Sessions, /);
  assert.doesNotMatch(reportMarkdown(makeReport(facts({ pictures: new Map() }), { locale: 'en' })), /The pictures/);
});
