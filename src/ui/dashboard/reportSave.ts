import * as vscode from 'vscode';
import { Problem } from '../../common/problem.ts';
import { comparedRange } from '../../presentation/answers/compareAnswer.ts';
import { reportFacts } from '../../presentation/answers/reportFacts.ts';
import type { Drawn } from '../../presentation/dashboard/reportPictures.ts';
import { makeReport } from '../../reports/report.ts';
import type { Report } from '../../reports/reportBlocks.ts';
import { saveReportFile } from '../common/saveReportFile.ts';
import type { DashboardParts } from './dashboardParts.ts';

/** What a report is of where no range is shown. */
const DAY_MS = 24 * 3600 * 1000;

/** Draws what is shown; undefined: it could not be drawn. */
export type Draw = (signal: AbortSignal) => Promise<Drawn | undefined>;

/** Asks where to, and writes one file that says what is shown and known. */
export async function saveReport(parts: DashboardParts, draw: Draw): Promise<void> {
  const { app, source, log } = parts;
  if (app.state.kind !== 'connected' || source.extent() === undefined) throw new Problem(NOTHING);
  await saveReportFile({
    title: 'Save Report',
    name: `django-sessions-${app.state.connection.name}-${new Date().toISOString().slice(0, 10)}`,
    extension: 'html',
    compose: async ({ signal, report }) => {
      report('Drawing the charts');
      const drawn = await draw(signal);
      signal.throwIfAborted();
      report('Working out the figures');
      return await compose(parts, drawn, signal);
    },
    log,
  });
}

async function compose(parts: DashboardParts, drawn: Drawn | undefined, signal: AbortSignal): Promise<Report> {
  const { state } = parts.app;
  if (state.kind !== 'connected') throw new Problem(NOTHING);
  const madeAt = new Date();
  const range =
    drawn === undefined ? { from: new Date(madeAt.getTime() - DAY_MS), to: madeAt } : comparedRange(drawn.shown);
  const locale = vscode.env.language;
  const wanted = { range, drawn, madeAt, version: version(), locale };
  return makeReport(await reportFacts(state, parts, wanted, signal), { locale });
}

function version(): string {
  const extension = vscode.extensions.getExtension('django-session-monitor.django-session-monitor');
  const { version: found } = (extension?.packageJSON ?? {}) as { readonly version?: unknown };
  return typeof found === 'string' ? found : '';
}

const NOTHING = {
  code: 'no-history',
  what: 'There is nothing to report',
  why: 'Nothing has been read in this window or before it.',
  next: 'Connect to a database and wait for the first reading.',
  transient: false,
};
