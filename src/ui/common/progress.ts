import * as vscode from 'vscode';
import { withProgress } from './messages.ts';

/** Milliseconds between two reports that differ only in their figures. */
const REPORT_MS = 250;

export interface Work {
  readonly signal: AbortSignal;
  /** `share`: 0 to 1, never going back; undefined where it is not known. */
  readonly report: (message: string, share?: number) => void;
}

/** Work in a notification that says how far it is; its Cancel aborts the signal. */
export async function withCancel<T>(
  title: string,
  work: (work: Work) => Promise<T>,
  abort = new AbortController(),
): Promise<T> {
  return withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      token.onCancellationRequested(() => {
        abort.abort();
      });
      let reported = 0;
      let last = { at: -Infinity, kind: '' };
      const report: Work['report'] = (message, share) => {
        const now = performance.now();
        const kind = message.replace(/[\d.,]+/g, '');
        if (kind === last.kind && now - last.at < REPORT_MS) return;
        last = { at: now, kind };
        const percent = share === undefined ? reported : Math.max(reported, share * 100);
        progress.report({ message, ...(share === undefined ? {} : { increment: percent - reported }) });
        reported = percent;
      };
      return work({ signal: abort.signal, report });
    },
  );
}
