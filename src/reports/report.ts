import { formatNumber } from '../common/format.ts';
import { comparisonBlocks } from './comparisonBlocks.ts';
import type { Block, Report } from './reportBlocks.ts';
import { chartBlocks } from './reportCharts.ts';
import { reportDate, reportMoment, reportRange } from './reportDates.ts';
import type { ReportFacts, ReportOptions } from './reportFacts.ts';
import { statementBlocks } from './reportStatements.ts';
import { summaryBlocks } from './reportSummary.ts';

/** The report as it stands in any format: in words first, then what shows it. */
export function makeReport(facts: ReportFacts, options: ReportOptions): Report {
  const title = `Django sessions: ${facts.name}`;
  const blocks: readonly (readonly Block[])[] = [
    [{ kind: 'heading', level: 1, text: title }],
    head(facts, options),
    summaryBlocks(facts, options),
    alerts(facts, options),
    comparison(facts, options),
    annotationBlocks(facts, options),
    chartBlocks(facts, options),
    statementBlocks(facts, options),
  ];
  return { title, blocks: blocks.flat() };
}

function head({ target, range, madeAt, version, withoutPictures }: ReportFacts, options: ReportOptions): Block[] {
  return [
    {
      kind: 'list',
      items: [
        `Database: ${target}`,
        `Range: ${reportRange(range, options)}`,
        `Made: ${reportDate(madeAt, options)} by Django Session Monitor ${version}`,
        ...(withoutPictures === '' ? [] : [`Without pictures: ${withoutPictures}`]),
      ],
    },
  ];
}

/** Those that fire; how the others stand is folded away. */
function alerts({ alerts: all }: ReportFacts, options: ReportOptions): Block[] {
  const shown = all.filter(({ applies }) => applies);
  const firing = shown.filter(({ status }) => status === 'firing');
  if (firing.length === 0) return [];
  const others = shown
    .filter(({ status }) => status !== 'firing')
    .map(({ rule, status }) => `${rule.title}: ${status}`);
  return [
    { kind: 'heading', level: 2, text: 'Alerts now' },
    {
      kind: 'table',
      head: ['Alert', 'Severity', 'Since', 'What'],
      words: [1, 2, 3],
      rows: firing.map(({ rule, since, message }) => [
        rule.title,
        rule.severity,
        since === undefined ? '' : reportMoment(since, undefined, options),
        message,
      ]),
    },
    ...(others.length === 0
      ? []
      : [{ kind: 'folded', summary: 'The other rules', blocks: [{ kind: 'list', items: others }] } as const]),
  ];
}

function comparison({ comparison: said, madeAt }: ReportFacts, options: ReportOptions): readonly Block[] {
  return said === undefined ? [] : comparisonBlocks(said, madeAt, options);
}

/** More are folded away: the last matter most. */
const MOST_HAPPENED = 6;

function annotationBlocks({ annotations }: ReportFacts, options: ReportOptions): Block[] {
  const table = (some: ReportFacts['annotations']): Block => ({
    kind: 'table',
    head: ['When', 'What'],
    words: [1],
    rows: some.map(({ at, until, text }) => [reportMoment(at, until, options), text]),
  });
  const earlier = annotations.slice(0, -MOST_HAPPENED);
  return [
    { kind: 'heading', level: 2, text: 'What happened' },
    annotations.length === 0
      ? { kind: 'text', text: 'Nothing that is known of in this range.' }
      : table(annotations.slice(-MOST_HAPPENED)),
    ...(earlier.length === 0
      ? []
      : [
          {
            kind: 'folded',
            summary: `${formatNumber(earlier.length, options)} earlier in this range`,
            blocks: [table(earlier)],
          } as const,
        ]),
  ];
}
