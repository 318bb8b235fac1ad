import { formatMeasured } from '../../common/format.ts';
import { isKnown } from '../../common/measured.ts';
import { problemLine } from '../../common/problem.ts';
import { COMMANDS } from '../../contributions.ts';
import type { ApplicationState } from '../../monitoring/application/applicationState.ts';
import { NOT_CONFIGURED } from '../../services/applicationMetrics/advice.ts';
import { FIGURES, type ApplicationReading } from '../../services/applicationMetrics/applicationReading.ts';
import type { ToDashboard } from '../../webview/protocol/protocol.ts';
import { nextStepRows } from '../rows/nextSteps.ts';

type ApplicationMessage = Extract<ToDashboard, { type: 'application' }>;

const NOTHING: ApplicationMessage = {
  type: 'application',
  charts: false,
  title: '',
  text: '',
  problem: '',
  actions: [],
  notes: [],
  steps: [],
  last: '',
  figures: [],
};

/** What the section says of each state without a source. */
const WITHOUT_SOURCE: Readonly<Record<Exclude<ApplicationState['kind'], 'configured'>, Partial<ApplicationMessage>>> = {
  waiting: { text: 'The settings are being looked at.' },
  untrusted: { text: 'In Restricted Mode the application is not asked for its metrics.' },
  notConfigured: {
    title: NOT_CONFIGURED.title,
    text: NOT_CONFIGURED.text,
    steps: NOT_CONFIGURED.steps.map(({ what, code }) => ({ what, code })),
    last: NOT_CONFIGURED.last,
    actions: [{ id: COMMANDS.openApplicationSettings, label: 'Open settings', primary: false }],
  },
};

/** @param current the figures of now where no chart says them: the monitor's readings do not come */
export function applicationMessage(
  state: ApplicationState,
  current: ApplicationReading | undefined,
  locale: string,
): ApplicationMessage {
  if (state.kind !== 'configured') return { ...NOTHING, ...WITHOUT_SOURCE[state.kind] };
  const { address, reading, problem, notes } = state;
  return {
    ...NOTHING,
    charts: true,
    title: address === '' ? 'The settings can’t be used' : `From ${address}`,
    problem: problem === undefined ? '' : problemLine(problem),
    actions:
      problem === undefined
        ? []
        : nextStepRows(problem, 'application').flatMap(({ label, command }, i) =>
            command === undefined ? [] : [{ id: command.id, label, primary: i === 0 }],
          ),
    notes: [...notes, ...(problem === undefined ? (reading?.notes ?? []) : [])],
    figures: current === undefined ? [] : figuresOf(current, locale),
  };
}

function figuresOf({ figures }: ApplicationReading, locale: string): ApplicationMessage['figures'] {
  return FIGURES.map(({ id, label, unit, what }) => {
    const value = figures[id];
    return {
      label,
      text: formatMeasured(value, unit, { locale }),
      what: isKnown(value) ? what : `${what} ${value.reason}`,
    };
  });
}
