import type { RowArgument } from '../commandArguments.ts';
import { inReport, inTitle, onRow, takes, type CommandRow } from '../commandRow.ts';
import { all, CONNECTED, TRUSTED } from '../when.ts';

export const DIAGNOSIS_COMMANDS = {
  diagnose: {
    title: 'Diagnose…',
    icon: 'search',
    enablement: all(TRUSTED, CONNECTED),
    menus: [inTitle('2_operations@3', CONNECTED), onRow('canDiagnose', 'inline@5'), onRow('canDiagnose', '2_alert@3')],
    takes: takes<[from?: RowArgument | string]>(),
  },
  openDiagnosis: { title: 'Open Last Diagnosis', icon: 'open-preview', enablement: CONNECTED },
  saveDiagnosis: { title: 'Save Diagnosis…', icon: 'save-as', menus: [inReport('navigation@1')] },
} as const satisfies Readonly<Record<string, CommandRow>>;
