import type * as vscode from 'vscode';
import type { BackendFacts, BackendsReading } from '../../postgres/backends/backendFacts.ts';
import { plainLabel } from '../../presentation/texts/plainLabel.ts';
import { backendName, blockerText, stateText } from '../../presentation/backends/backendTexts.ts';

interface BackendItem extends vscode.QuickPickItem {
  readonly backend: BackendFacts;
}

/** Those that may be ended, in the order in which they were read: what blocks, waits or works first. */
export function pickItems(
  { backends }: BackendsReading,
  mayEnd: (backend: BackendFacts) => boolean,
): readonly BackendItem[] {
  return backends.filter(mayEnd).map((backend) => {
    const waiting = backends.filter(({ blockedBy }) => blockedBy.includes(backend.pid)).length;
    const blockers = backend.blockedBy.map((pid) => blockerText(pid, backends));
    const parts = [
      stateText(backend),
      ...(waiting === 0 ? [] : [`blocks ${waiting}`]),
      ...(blockers.length === 0 ? [] : [`blocked by ${blockers.join(', ')}`]),
    ];
    return {
      label: plainLabel(backendName(backend)),
      description: plainLabel(parts.join(' · ')),
      detail: plainLabel(backend.statement ?? ''),
      backend,
    };
  });
}
