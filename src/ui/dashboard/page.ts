import * as vscode from 'vscode';
import { COMMANDS, type MomentArgument } from '../../contributions.ts';
import { explain } from '../../monitoring/watch/explain.ts';
import { ApplicationSection } from '../../presentation/answers/applicationSection.ts';
import { RangeAnswers } from '../../presentation/answers/rangeAnswer.ts';
import { StatementSource } from '../../presentation/answers/statements.ts';
import { CHART_SPECS, COMPACT_SPECS } from '../../presentation/dashboard/chartSpecs.ts';
import { stateMessage } from '../../presentation/dashboard/dashboardState.ts';
import { planKey } from '../../presentation/dashboard/historyPlan.ts';
import { PageWork } from '../../presentation/dashboard/pageWork.ts';
import { TILE_SERIES, TILES } from '../../presentation/dashboard/tiles.ts';
import { ReportPictures } from '../../presentation/dashboard/reportPictures.ts';
import { parseToHost, type ChartSpec, type ToDashboard } from '../../webview/protocol/protocol.ts';
import type { TimeBounds } from '../../webview/protocol/view.ts';
import { showProblem } from '../common/showProblem.ts';
import { answer, excerpt, type AskingPage } from './answers.ts';
import type { DashboardParts } from './dashboardParts.ts';
import { readHistoryPlan } from './historySettings.ts';
import { dashboardHtml } from './html.ts';

/** Where a page shows: an editor tab or a view. */
export interface Surface {
  readonly webview: vscode.Webview;
  readonly visible: boolean;
}

/**
 * One page of the dashboard in one webview. It is filled when it shows and told of each reading while it is visible; hidden it
 * does not exist but for what it has kept with `setState`, and nothing is sent to it.
 */
export class Page implements AskingPage {
  readonly parts: DashboardParts;
  readonly #surface: Surface;
  readonly #compact: boolean;
  readonly #charts: readonly ChartSpec[];
  /** It has said that it is there: before that messages would be lost. */
  #ready = false;
  #offered: readonly string[] = [];
  #waiting: ToDashboard | undefined;
  readonly work = new PageWork();
  readonly ranges: RangeAnswers;
  readonly statements: StatementSource;
  readonly reports = new ReportPictures((message) => this.post(message), this.work.closed);
  readonly #application: ApplicationSection;

  constructor(parts: DashboardParts, surface: Surface, { compact = false }: { readonly compact?: boolean } = {}) {
    this.parts = parts;
    this.#surface = surface;
    this.#compact = compact;
    this.#charts = compact ? COMPACT_SPECS : CHART_SPECS;
    this.ranges = new RangeAnswers(
      parts,
      () => readHistoryPlan(parts),
      this.work,
      (message) => this.post(message),
      compact ? [] : TILE_SERIES,
    );
    this.statements = new StatementSource(parts, explain, this.work.closed, (message) => this.post(message));
    this.#application = new ApplicationSection(parts, vscode.env.language, (message) => this.post(message));
    const { webview } = surface;
    const files = filesOf(parts);
    webview.options = { enableScripts: true, localResourceRoots: [files] };
    webview.onDidReceiveMessage((message: unknown) => {
      this.#hear(message);
    });
    const file = (name: string): vscode.Uri => vscode.Uri.joinPath(files, name);
    webview.html = dashboardHtml(webview, file('webview.js'), file('webview.css'));
  }

  get offered(): ReadonlySet<string> {
    return new Set([...this.#offered, ...this.#application.offered]);
  }

  get extent(): TimeBounds | null {
    const extent = this.parts.source.extent();
    return extent === undefined ? null : { from: extent.from.getTime(), to: extent.to.getTime() };
  }

  /** To be called when it was hidden: a hidden page is gone; one that shows again is loaded anew and says so. */
  hidden(): void {
    this.#ready = false;
    this.work.hide();
  }

  /** To be called when it was closed, for good: a surface that is gone throws even when it is asked whether it shows. */
  closed(): void {
    this.#ready = false;
    this.work.close();
  }

  /** As soon as it is loaded: what was asked for before would be lost. */
  compare(moment: MomentArgument): void {
    const { kind, at, until, text } = moment;
    this.#waiting = { type: 'compareAround', moment: { kind, at, until, text } };
    if (this.#ready && this.#surface.visible) this.#postWaiting();
  }

  begin(): void {
    this.#ready = true;
    this.statements.forget();
    this.#application.forget();
    const [charts, compact] = [this.#charts, this.#compact];
    this.post({ type: 'setup', locale: vscode.env.language, charts, tiles: compact ? [] : TILES, compact });
    this.tell();
    this.reports.begin();
    this.#postWaiting();
  }

  /** Tells all that may have changed. */
  tell(): void {
    const { app, operations, source } = this.parts;
    if (!this.#ready) return;
    const now = new Date();
    const annotationCount = source.annotations(new Date(now.getTime() - LATELY_MS), now).length;
    const history = planKey(readHistoryPlan(this.parts));
    const context = { operations: operations(), annotationCount, history, charts: this.#charts };
    const message = stateMessage(app.state, context, now, vscode.env.language);
    const actions = this.#compact ? [...fewActions(message), OPEN] : message.actions;
    this.#offered = actions.map(({ id }) => id);
    this.post({ ...message, actions });
    if (this.#compact) return;
    this.statements.tell();
    this.#application.tell();
  }

  post(message: ToDashboard): void {
    if (this.#ready && this.#surface.visible) void this.#surface.webview.postMessage(message);
  }

  #postWaiting(): void {
    if (this.#waiting !== undefined) this.post(this.#waiting);
    this.#waiting = undefined;
  }

  #hear(message: unknown): void {
    const parsed = parseToHost(message);
    if (parsed === undefined) {
      this.parts.log.warn(`The dashboard sent what it should not, which was refused: ${excerpt(message)}`);
      return;
    }
    answer(parsed, this).catch((error: unknown) => showProblem(error, this.parts.log));
  }
}

/** There is one row for them: while all is well, what a firing alert asks for. */
function fewActions({ kind, actions }: ReturnType<typeof stateMessage>): ReturnType<typeof stateMessage>['actions'] {
  return kind === 'live' ? actions.filter(({ primary }) => primary) : actions;
}

/** From the few charts to all of them. */
const OPEN = { id: COMMANDS.openDashboard, label: 'Open Dashboard', primary: false };

/** All that a page may load. */
export function filesOf({ extensionUri }: Pick<DashboardParts, 'extensionUri'>): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist');
}

/** What happened before can be seen in the ranges that are asked for, and does not change any more. */
const LATELY_MS = 24 * 3600 * 1000;
