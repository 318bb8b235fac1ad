import type * as vscode from 'vscode';
import type { Log } from '../../common/log.ts';
import { MemorySource } from '../../monitoring/historySource.ts';
import type { Annotation } from '../../monitoring/store/annotations.ts';
import type { App } from '../app.ts';
import type { Operations } from '../operationRows.ts';
import { Dashboard } from './dashboard.ts';
import { alertAnnotations, operationAnnotations } from './happened.ts';

/** Of alerts that come and go all day the newest are enough. */
const MOST_ALERTS = 200;

/** The dashboard over the readings of this window, with what was done and told while it was open. */
export function createDashboard(app: App, operations: () => Operations, extensionUri: vscode.Uri, log: Log): Dashboard {
  let alerts: readonly Annotation[] = [];
  app.onDidTransition((transitions) => {
    alerts = [...alerts, ...alertAnnotations(transitions)].slice(-MOST_ALERTS);
  });
  const source = new MemorySource(
    () => (app.active === undefined ? undefined : app.monitor.history),
    () => [...alerts, ...operationAnnotations(operations())],
  );
  return new Dashboard({ app, extensionUri, source, operations, log });
}
