import type { ComparedNames } from '../../reports/compareRanges.ts';
import type { ComparisonRow } from '../../reports/compareText.ts';
import { movementText, type Movement } from '../../reports/movement.ts';
import type { MetricId } from '../../monitoring/metrics/metrics.ts';

interface Headline {
  readonly id: MetricId;
  /** In the middle of a sentence. */
  readonly name: string;
  /** Also worth a word when it did not move. */
  readonly always?: true;
}

/** What a comparison begins with, in this order. */
const HEADLINES: readonly Headline[] = [
  { id: 'writes.saves', name: 'saves', always: true },
  { id: 'application.p95', name: 'response times', always: true },
  { id: 'table.total', name: 'table', always: true },
  { id: 'sessions.active', name: 'active sessions' },
  { id: 'sessions.expired', name: 'expired sessions' },
];

type Row = Pick<ComparisonRow, 'id' | 'changeText' | 'differenceText' | 'percent' | 'movement'>;

interface Named {
  readonly name: string;
  readonly movement: Movement;
  /** Of the medians; '' where there are too few readings. */
  readonly changeText: string;
}

/**
 * What became of what matters, in one sentence or two: "Saves −85% (−83% to −87%), response times unchanged within noise, table
 * +1%." It says no more than the intervals do; where they can't be made it says so, and gives the medians as what they are.
 *
 * @param rows of which anything is known
 * @returns '' where there is nothing to say
 */
export function comparisonSentence(rows: readonly Row[], names?: ComparedNames): string {
  const headlines = HEADLINES.flatMap(({ id, name, always = false }): Named[] => {
    const row = rows.find((one) => one.id === id);
    if (row?.movement === undefined || (!always && row.movement.verdict !== 'moved')) return [];
    const hasMedians = row.percent !== null || row.differenceText !== '';
    return [{ name, movement: row.movement, changeText: hasMedians ? row.changeText : '' }];
  });
  const told = headlines.filter(({ movement }) => movement.verdict !== 'unknown');
  const untold = headlines.filter(({ movement }) => movement.verdict === 'unknown');
  const named = new Set<string>(HEADLINES.map(({ id }) => id));
  const others = rows.filter(({ id, movement }) => !named.has(id) && movement?.verdict === 'moved').length;
  const parts = [
    ...toldTexts(told),
    ...(others === 0 ? [] : [`${others} other ${others === 1 ? 'figure' : 'figures'} beyond noise`]),
  ];
  const between = names === undefined ? '' : `${names.after} against ${names.before}: `;
  const first = parts.length === 0 ? '' : `${between}${parts.join(', ')}.`;
  return [capital(first), untoldText(untold, parts.length === 0)].filter((text) => text !== '').join(' ');
}

/** Neighbours that did not move share their words. */
function toldTexts(told: readonly Named[]): readonly string[] {
  const texts: string[] = [];
  let unchanged: Named[] = [];
  const end = (): void => {
    if (unchanged.length > 0) texts.push(`${listed(unchanged)} unchanged within noise`);
    unchanged = [];
  };
  for (const one of told) {
    const { verdict, isWide } = one.movement;
    if (verdict === 'within' && !isWide) unchanged.push(one);
    else {
      end();
      texts.push(toldText(one));
    }
  }
  end();
  return texts;
}

function toldText({ name, movement }: Named): string {
  const { verdict, change, interval } = movement;
  if (verdict === 'moved') return `${name} ${movementText(movement)}`;
  return interval === '' ? `${name} ${change}, within noise` : `${name} within noise (${interval})`;
}

/** @param isAll nothing could be told of any of them */
function untoldText(untold: readonly Named[], isAll: boolean): string {
  const [first] = untold;
  if (first === undefined) return '';
  const { why } = first.movement;
  if (!isAll) return `Too little data to tell ${listed(untold)} from noise. ${why}`;
  const medians = untold.flatMap(({ name, changeText }) => (changeText === '' ? [] : [`${name} ${changeText}`]));
  const alone = medians.length === 0 ? '' : ` By the medians alone: ${medians.join(', ')}.`;
  return `Too little data to tell a change from noise. ${why}${alone}`;
}

function listed(all: readonly Named[]): string {
  const names = all.map(({ name }) => name);
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
