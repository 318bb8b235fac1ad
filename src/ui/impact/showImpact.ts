import * as vscode from 'vscode';
import { dateFormat } from '../../common/format.ts';
import { Problem } from '../../common/problem.ts';
import { DAY_MS } from '../../diagnosis/impact/dayGrid.ts';
import { impactReport } from '../../diagnosis/impact/impactReport.ts';
import { measuredImpact } from '../../diagnosis/impact/measuredImpact.ts';
import { otherIntervals } from '../../diagnosis/impact/intervals/otherIntervals.ts';
import type { Annotation, AnnotationKind } from '../../history/ranges/annotations.ts';
import type { RangeOf } from '../../reports/compareFigures.ts';
import { inertIcons } from '../../presentation/texts/inertText.ts';
import { askChoice } from '../common/steps.ts';
import { showReport } from '../common/showReport.ts';
import type { App } from '../connection/app.ts';
import type { Rollback } from '../rollback/rollback.ts';
import type { History } from '../history/history.ts';
import { askAssumptions, keptAssumptions } from './assumptions.ts';

export interface ShowImpactParts {
  readonly app: App;
  readonly rollback: Rollback;
  readonly source: History;
  readonly memory: vscode.Memento;
}

const TITLE = 'Expected and Measured Impact';
/** So much of the time before and after is compared, as far as it is there. */
const LONGEST_MS = 7 * DAY_MS;
/** What is offered to compare around. */
const AROUND: ReadonlySet<AnnotationKind> = new Set(['commit', 'rollback', 'restore', 'restart', 'changePoint']);
const MOST_OFFERED = 50;

interface Compared {
  readonly before: RangeOf;
  readonly after: RangeOf;
  readonly around: string;
}

type Item = vscode.QuickPickItem & { readonly compared?: Compared };

/** Asks what to compare and what the arithmetic supposes, and opens a document that says both. */
export async function showImpact({ app, rollback, source, memory }: ShowImpactParts): Promise<void> {
  const { state } = app;
  const extent = source.extent();
  if (state.kind !== 'connected' || extent === undefined) throw new Problem(NOTHING);
  const now = new Date();
  const happened = source.annotations(extent.from, now);
  const asked = await askChoice<Item>(TITLE, itemsOf(happened, extent.from, now), { step: 1, totalSteps: 0 }, WHAT);
  if (asked.kind !== 'answer' || asked.value.compared === undefined) return;
  const { compared } = asked.value;
  const interval = state.monitor.snapshot?.settings.throttleIntervalSeconds;
  const assumptions = await askAssumptions(keptAssumptions(memory, interval), memory, TITLE);
  if (assumptions === undefined) return;
  const times = state.monitor.snapshot?.detail?.saves.value?.times;
  const present = rollback.watch.state?.throttle.state === 'on' ? interval : undefined;
  const facts = {
    name: state.connection.name,
    target: state.connection.target,
    madeAt: now,
    around: compared.around,
    assumptions,
    measured: measuredImpact(source, compared),
    intervals: times === undefined ? undefined : otherIntervals(times, present, assumptions.intervalSeconds),
    happened: source.annotations(compared.before.from, compared.after.to).filter(({ kind }) => AROUND.has(kind)),
  };
  await showReport(impactReport(facts, { locale: vscode.env.language }));
}

const WHAT = 'Compare the time before and after what?';

/** What happened, newest first, and the last days. */
function itemsOf(happened: readonly Annotation[], from: Date, now: Date): readonly Item[] {
  const date = dateFormat(vscode.env.language, { dateStyle: 'medium', timeStyle: 'short' });
  const moments = happened.filter(({ kind, at }) => AROUND.has(kind) && at > from && at < now).toReversed();
  return [
    ...moments.slice(0, MOST_OFFERED).map((one): Item => {
      return { label: inertIcons(one.text), description: date.format(one.at), compared: around(one, now) };
    }),
    lastDays('The last 24 hours, and the 24 before', DAY_MS, now),
    lastDays('The last 7 days, and the 7 before', 7 * DAY_MS, now),
  ];
}

function around({ at, until, text }: Annotation, now: Date): Compared {
  const end = until ?? at;
  return {
    before: { from: new Date(at.getTime() - LONGEST_MS), to: at },
    after: { from: end, to: new Date(Math.min(now.getTime(), end.getTime() + LONGEST_MS)) },
    around: text,
  };
}

function lastDays(label: string, ms: number, now: Date): Item {
  const middle = new Date(now.getTime() - ms);
  const before = { from: new Date(middle.getTime() - ms), to: middle };
  return { label, compared: { before, after: { from: middle, to: now }, around: label } };
}

const NOTHING = {
  code: 'no-history',
  what: 'There is no impact to show',
  why: 'Nothing has been read in this window or before it.',
  next: 'Connect to a database and wait for the first readings.',
  transient: false,
};
