import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseExposition } from '../../../src/services/applicationMetrics/expositionText.ts';
import { cpuNow } from '../../kit/cpuTime.ts';

/** The text format line by line. Whole pages of a real exporter are read in test/services/applicationDjango.test.ts. */

const one = (line: string) => parseExposition(`${line}\n`);

describe('the text format', () => {
  for (const [line, name, labels, value] of [
    ['up 1', 'up', {}, 1],
    ['a:b_c{} 1.5e3 1395066363000', 'a:b_c', {}, 1500],
    ['a{x="1",y="2",} +Inf', 'a', { x: '1', y: '2' }, Infinity],
    ['a { x = "1" , y="2" }   -inf', 'a', { x: '1', y: '2' }, -Infinity],
    ['a{x="} 5 #,\\"\\\\\\n"} .5', 'a', { x: '} 5 #,"\\\n' }, 0.5],
    ['a{x="\\d"} 0', 'a', { x: '\\d' }, 0],
    ['a_bucket{le="0.5"} 7 1520879607.789 # {trace_id="abc"} 0.3 1520879607.1', 'a_bucket', { le: '0.5' }, 7],
    ['{"http.server.duration_bucket",le="1"} 3', 'http.server.duration_bucket', { le: '1' }, 3],
    ['a{"service.name"="shop"} 3', 'a', { 'service.name': 'shop' }, 3],
    ['a{x="ä€𝄞"} 3\r', 'a', { x: 'ä€𝄞' }, 3],
  ] as const) {
    it(`reads ${line.trim()}`, () => {
      const { samples, broken } = one(line);
      assert.equal(broken.first?.why, undefined);
      assert.deepEqual(
        samples.map((s) => [s.name, s.labels, s.value]),
        [[name, labels, value]],
      );
    });
  }

  for (const line of [
    'up',
    'up one',
    'up 0x10',
    'up 1_000',
    'up 1 2 3',
    'up 1 soon',
    '1up 1',
    'a{x="1" 1',
    'a{x="1',
    'a{x=1} 1',
    'a{x} 1',
    'a{="1"} 1',
    'a{x="1",x="2"} 1',
    'a{x="1"y="2"} 1',
    'a{"b",x="1"} 1',
    '{x="1"} 1',
    'a{,} 1',
  ]) {
    it(`leaves out ${line}, and reads what is around it`, () => {
      const { samples, broken } = parseExposition(`before 1\n${line}\nafter 2\n`);
      assert.deepEqual(
        samples.map(({ name }) => name),
        ['before', 'after'],
      );
      assert.equal(broken.count, 1);
      assert.equal(broken.first?.line, 2);
      assert.match(broken.first.why, /\.$/u);
    });
  }

  it('knows a series by its labels in any order, and takes the first of two', () => {
    const { samples, duplicates } = parseExposition('a{x="1",y="2"} 1\na{y="2",x="1"} 2\na{x="1"} 3\n');
    assert.deepEqual(
      samples.map(({ value }) => value),
      [1, 3],
    );
    assert.deepEqual([duplicates.count, duplicates.first?.line], [1, 2]);
  });

  it('reads NaN as a value, a label named __proto__, and passes over what is not wanted', () => {
    const { samples, sampleLines, broken } = parseExposition('a NaN\nb{__proto__="1"} 2\nc{broken 3\n', {
      keep: (name) => name !== 'c',
    });
    assert.ok(Number.isNaN(samples[0]?.value));
    assert.deepEqual(Object.entries(samples[1]?.labels ?? {}), [['__proto__', '1']]);
    assert.deepEqual([sampleLines, broken.count], [3, 0]);
  });

  it('tells whether the end of OpenMetrics came, and reads nothing behind it', () => {
    const text = '# TYPE a counter\na_total 1\n# EOF\nb 2\n';
    assert.deepEqual(
      parseExposition(text, { openMetrics: true }).samples.map(({ name }) => name),
      ['a_total'],
    );
    assert.equal(parseExposition('a_total 1\n', { openMetrics: true }).complete, false);
    assert.equal(parseExposition('a_total 1').complete, true);
  });

  it('takes nothing out of HTML, and reads 100,000 lines that nobody wants in a moment', () => {
    const html = parseExposition('<!doctype html>\n<p>Log in</p>\n');
    assert.deepEqual([html.sampleLines, html.broken.count], [0, 2]);
    const page = Array.from({ length: 100_000 }, (_, i) => `other_total{n="${i}"} ${i}`).join('\n');
    const began = cpuNow();
    assert.equal(parseExposition(page, { keep: () => false }).sampleLines, 100_000);
    assert.ok(cpuNow() - began < 2_000);
  });
});
