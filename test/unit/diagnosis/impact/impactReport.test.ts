import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectedImpact, GUIDE } from '../../../../src/diagnosis/impact/expectedImpact.ts';
import { impactReport, type ImpactFacts } from '../../../../src/diagnosis/impact/impactReport.ts';
import { otherIntervals } from '../../../../src/diagnosis/impact/intervals/otherIntervals.ts';
import { reportMarkdown } from '../../../../src/reports/reportMarkdown.ts';
import { throttled, visitors } from './visitors.ts';

const at = (hour: number): Date => new Date(Date.UTC(2026, 1, 3, hour));

function facts(present: number | undefined, interval = present ?? 60): ImpactFacts {
  const range = { from: at(0), to: at(12) };
  const times = visitors(5, { count: 100, hours: 12 }).map((requests) => {
    const saves = throttled(requests, interval);
    return saves.map((time, i) => time - (i === 0 ? 0 : (saves[i - 1] ?? 0)));
  });
  return {
    name: 'shop',
    target: 'shop on db.example.org:5432',
    madeAt: at(13),
    around: 'Commit abc1234 of settings.py: “[x](command:y) <b>”',
    assumptions: GUIDE,
    measured: {
      before: { range, covered: 1, savesAMinute: 70, savesADay: 100_800, requestsAMinute: 80, savesARequest: 0.875 },
      after: { range, covered: 0.5, savesAMinute: 10, savesADay: 14_400, requestsAMinute: 80, savesARequest: 0.125 },
      reduction: { kind: 'unknown', why: 'Nothing was read before.' },
    },
    intervals: otherIntervals(times, present, 1200),
    happened: [],
  };
}

test('the arithmetic is the guide’s, and never more than a save a request', () => {
  const { unthrottled, throttled: with_, reduction, most } = expectedImpact(GUIDE);
  assert.deepEqual([unthrottled, with_, most], [100_000, 15_000, 96_000]);
  assert.ok(Math.abs(reduction - 0.85) < 1e-9);
  const few = expectedImpact({ ...GUIDE, requestsADay: 3 });
  assert.deepEqual([few.throttled, few.most, few.reduction], [3000, 3000, 0]);
});

test('what is worked out or simulated says so in each cell, and nothing else has the mark of an estimate', () => {
  const text = reportMarkdown(impactReport(facts(300), { locale: 'en' }));
  const cells = text.split('\n').flatMap((line) => (line.startsWith('|') ? line.split('|') : []));
  for (const cell of cells.filter((one) => one.includes('≈'))) assert.match(cell, /\((?:estimate|simulated)\)/);
  assert.match(text, /\| 20 min \| ≈ [\d,]+ \(simulated\) \| [\d,]+ \| [\d,]+ \| ≈ −\d+(?:\.\d)?% \(simulated\) \|/);
  assert.match(text, /How the saves changed can’t be told\. Nothing was read before/);
  assert.match(text, /of which readings cover 50%/);
  assert.doesNotMatch(text, /<b>|[^\\]\[x/);
});

test('of an interval below the present one there are bounds only, and of too little nothing', () => {
  const text = reportMarkdown(impactReport(facts(900), { locale: 'en' }));
  assert.match(text, /\| 5 min \| {2}\| 14,400 \| [\d,]+ \| ±0% to (?:\+\d+%|[\d\\.]+ times as many) \|/);
  const none = reportMarkdown(impactReport({ ...facts(900), intervals: undefined }, { locale: 'en' }));
  assert.match(none, /Too few saves of the same sessions have been observed/);
});
