import { formatNumber } from '../../common/format.ts';
import { problemLine } from '../../common/problem.ts';
import type { RowContext } from '../../contributions.ts';
import type { BackendsSeen } from '../../monitoring/backends/backendPoll.ts';
import type { BackendFacts, BackendsReading } from '../../postgres/backends/backendFacts.ts';
import { blockingForest, countWaiting, type BlockingNode } from '../../postgres/backends/blocking.ts';
import { refusalOf } from '../../postgres/backends/refusals.ts';
import type { Row, RowIcon } from '../rows/row.ts';
import { rowAge } from '../rows/rowAge.ts';
import { escapeMarkdown, paragraphs } from '../texts/hover.ts';
import { endingDetail, endingTitle, type BackendRecord } from './backendRecords.ts';
import { backendLines, backendName, blockerText, stateText, waitText } from './backendTexts.ts';

/** Somebody looks while this row is open. */
export const BACKENDS_ROW = 'backends';
const BACKEND = `${BACKENDS_ROW}/`;

/** The id of the row of a backend: its process id and when it began, so that another with the same process id has another row. */
const idOf = ({ pid, startedAt }: BackendFacts): string => `${BACKEND}${pid}/${startedAt ?? ''}`;

export function backendOfRow(rowId: string, reading: BackendsReading | undefined): BackendFacts | undefined {
  return reading?.backends.find((backend) => idOf(backend) === rowId);
}

/** Who is connected: first who blocks with those that wait below, then who works, then who holds a transaction open; the idle in one row. */
export function backendsRow(
  seen: BackendsSeen | 'paused' | undefined,
  records: readonly BackendRecord[],
  now: Date,
): Row {
  const children = [...seenRows(seen), ...endedRows(records, now)];
  const description = describe(seen);
  return {
    id: BACKENDS_ROW,
    label: 'Backends',
    ...(description === undefined ? {} : { description }),
    icon: { id: 'server-process' },
    accessible: `Backends${description === undefined ? ', closed: they are read while this is open' : `: ${description}`}`,
    hover: () =>
      paragraphs([
        '**Backends:** who is connected to this database, what they do, and who waits for whom.',
        'Read from pg_stat_activity, pg_locks and pg_blocking_pids() while this is open. Statements are shown without what stands in quotes.',
      ]),
    children,
  };
}

function describe(seen: BackendsSeen | 'paused' | undefined): string | undefined {
  if (seen === undefined || seen === 'paused') return undefined;
  const { reading, problem } = seen;
  if (problem !== undefined) return 'could not be read';
  if (reading === undefined) return 'reading…';
  const waiting = reading.backends.filter(({ blockedBy }) => blockedBy.length > 0).length;
  return `${formatNumber(reading.total)}${waiting === 0 ? '' : `, ${waiting} blocked`}`;
}

function seenRows(seen: BackendsSeen | 'paused' | undefined): readonly Row[] {
  if (seen === 'paused') return [{ id: `${BACKEND}paused`, label: 'Not read while monitoring is paused' }];
  if (seen === undefined) return [{ id: `${BACKEND}reading`, label: 'Reading…' }];
  const { reading, problem } = seen;
  const failed: readonly Row[] =
    problem === undefined
      ? []
      : [
          {
            id: `${BACKEND}problem`,
            label: 'Could not be read',
            description: problem.why,
            icon: { id: 'warning', color: 'list.warningForeground' },
            context: ['value'],
            copy: problemLine(problem),
            hover: () => escapeMarkdown(problemLine(problem)),
            accessible: problemLine(problem),
          },
        ];
  if (reading === undefined) return failed.length > 0 ? failed : [{ id: `${BACKEND}reading`, label: 'Reading…' }];
  return [...failed, ...readingRows(reading)];
}

function readingRows(reading: BackendsReading): readonly Row[] {
  const { backends, total } = reading;
  const forest = blockingForest(backends);
  const inForest = new Set(forest.flatMap(pidsIn));
  const others = backends.filter(({ pid }) => !inForest.has(pid));
  const idle = others.filter(({ state, ours }) => state === 'idle' || ours);
  const rest = total - backends.length;
  return [
    ...forest.map((node) => nodeRow(node, reading)),
    ...others.filter((backend) => !idle.includes(backend)).map((backend) => backendRow(backend, reading)),
    ...(idle.length === 0
      ? []
      : [
          {
            id: `${BACKEND}idle`,
            label: idle.every(({ ours }) => ours) ? 'This extension' : 'Idle',
            description: formatNumber(idle.length),
            icon: { id: 'circle-outline' },
            children: idle.map((backend) => backendRow(backend, reading)),
          },
        ]),
    ...(rest === 0 ? [] : [{ id: `${BACKEND}more`, label: `${formatNumber(rest)} more`, description: 'not shown' }]),
    ...(backends.length === 0 ? [{ id: `${BACKEND}none`, label: 'Nobody but this extension' }] : []),
  ];
}

function pidsIn(node: BlockingNode): readonly number[] {
  return [node.pid, ...node.waiting.flatMap(pidsIn)];
}

function nodeRow(node: BlockingNode, reading: BackendsReading): Row {
  const children = node.waiting.map((one) => nodeRow(one, reading));
  const blocks = countWaiting(node);
  const tree = children.length === 0 ? {} : { children, expanded: true };
  if (node.backend !== undefined) return { ...backendRow(node.backend, reading, node, blocks), ...tree };
  const label = node.pid === 0 ? 'A prepared transaction' : `Process ${node.pid}`;
  return {
    id: `${BACKEND}blocker/${node.pid}`,
    label,
    description: `blocks ${blocks}`,
    icon: BLOCKS,
    hover: () =>
      node.pid === 0
        ? 'A transaction that was prepared (PREPARE TRANSACTION) keeps its locks until COMMIT PREPARED or ROLLBACK PREPARED. See pg\\_prepared\\_xacts.'
        : 'It was not read.',
    ...tree,
  };
}

const BLOCKS: RowIcon = { id: 'lock', color: 'list.errorForeground' };
const WAITS: RowIcon = { id: 'watch', color: 'list.warningForeground' };
const STATE_ICONS: Readonly<Record<string, RowIcon>> = {
  active: { id: 'play' },
  idle: { id: 'circle-outline' },
  'idle in transaction': { id: 'debug-pause' },
  'idle in transaction (aborted)': { id: 'debug-pause' },
};

function iconOf({ ours, masked, blockedBy, state }: BackendFacts, blocks: number): RowIcon {
  if (blockedBy.length > 0) return WAITS;
  if (blocks > 0) return BLOCKS;
  if (ours) return { id: 'pulse' };
  if (masked) return { id: 'question', color: 'disabledForeground' };
  return STATE_ICONS[state ?? ''] ?? { id: 'gear' };
}

const STATEMENT_SHOWN = 120;

function backendRow(backend: BackendFacts, { backends }: BackendsReading, node?: BlockingNode, blocks = 0): Row {
  const { ours, blockedBy, statement, state, waitsFor } = backend;
  const blockers = blockedBy.map((pid) => blockerText(pid, backends));
  const waits =
    blockers.length === 0 && state === 'active' && waitsFor !== null ? `waits for ${waitText(backend)}` : undefined;
  const parts: readonly (string | undefined)[] = [
    ours ? 'this extension' : undefined,
    blocks === 0 ? undefined : `blocks ${blocks}`,
    blockers.length === 0 ? undefined : `blocked by ${shortList(blockers)}`,
    node?.inCircle === true ? 'deadlock' : undefined,
    stateText(backend),
    waits,
    state === 'idle' || statement === null ? undefined : statement.slice(0, STATEMENT_SHOWN),
  ];
  const description = parts.filter((part) => part !== undefined).join(' · ');
  const label = backendName(backend);
  return {
    id: idOf(backend),
    label,
    description,
    icon: iconOf(backend, blocks),
    context: contextOf(backend),
    copy: backendLines(backend, blockers).join('\n'),
    accessible: `${label}: ${description}`,
    hover: () =>
      paragraphs([
        `**${escapeMarkdown(label)}**`,
        ...backendLines(backend, blockers).map(escapeMarkdown),
        ...refusals(backend),
      ]),
  };
}

function shortList(all: readonly string[]): string {
  const [first = '', ...more] = all;
  return more.length === 0 ? first : `${first} and ${more.length} more`;
}

function contextOf(backend: BackendFacts): readonly RowContext[] {
  return [
    'value',
    ...(refusalOf(backend, 'cancel') === undefined ? (['canCancelStatement'] as const) : []),
    ...(refusalOf(backend, 'terminate') === undefined ? (['canTerminate'] as const) : []),
  ];
}

/** Why it has no buttons. */
function refusals(backend: BackendFacts): readonly string[] {
  const refusal = refusalOf(backend, 'terminate');
  return refusal === undefined
    ? []
    : [`*It is not ended from here:* ${escapeMarkdown(`${refusal.why} ${refusal.next}`)}`];
}

function endedRows(records: readonly BackendRecord[], now: Date): readonly Row[] {
  if (records.length === 0) return [];
  return [
    {
      id: `${BACKEND}ended`,
      label: 'Ended from here',
      description: formatNumber(records.length),
      icon: { id: 'history' },
      children: records.map((record) => endedRow(record, now)),
    },
  ];
}

function endedRow(record: BackendRecord, now: Date): Row {
  const detail = endingDetail(record);
  const title = endingTitle(record);
  return {
    id: `${BACKEND}ended/${record.id}`,
    label: title,
    description: `${rowAge(new Date(record.at), now)} ago · ${detail}`,
    icon: record.outcome === 'ended' ? { id: 'check' } : { id: 'warning', color: 'list.warningForeground' },
    context: ['value'],
    copy: `${record.at} ${title}: ${detail}`,
    accessible: `${title}: ${detail}`,
    hover: () =>
      paragraphs([
        `**${escapeMarkdown(title)}**`,
        escapeMarkdown(`${record.at}, by ${record.who}, on ${record.target}`),
        escapeMarkdown(detail),
        record.statement === '' ? '' : escapeMarkdown(`Statement: ${record.statement}`),
      ]),
  };
}
