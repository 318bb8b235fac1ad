import { problemLine } from '../../common/problem.ts';
import type { ApplicationState } from '../../monitoring/application/applicationState.ts';
import { nextStepRows } from '../rows/nextSteps.ts';
import type { Row } from '../rows/row.ts';
import { escapeMarkdown } from '../texts/hover.ts';

/** What stands over the figures when the application can't be read, with what can be done about it. */
export function applicationProblemRows(state: ApplicationState | undefined): readonly Row[] {
  if (state?.kind !== 'configured' || state.problem === undefined) return [];
  const { problem } = state;
  const text = problemLine(problem);
  return [
    {
      id: 'partial/application',
      label: 'No application metrics',
      description: problem.why,
      icon: { id: 'warning', color: 'list.warningForeground' },
      hover: () => escapeMarkdown(text),
      accessible: `No application metrics. ${text}`,
      copy: text,
      context: ['value'],
      expanded: false,
      children: nextStepRows(problem, 'application').map((row) => ({ ...row, id: `application/${row.id}` })),
    },
  ];
}
