import { formatMeasured } from '../../common/format.ts';
import { isKnown } from '../../common/measured.ts';
import { NOT_CONFIGURED } from '../../services/application/advice.ts';
import type { ApplicationReading } from '../../services/application/applicationReading.ts';
import { FIGURES } from '../../services/application/applicationReading.ts';
import type { ToDashboard } from '../../webview/protocol.ts';

type ApplicationMessage = Extract<ToDashboard, { type: 'application' }>;

/** @param reading undefined: there is no source, and the dashboard says how to get one */
export function applicationMessage(reading: ApplicationReading | undefined, locale: string): ApplicationMessage {
  if (reading === undefined) {
    const { title, text, steps, last } = NOT_CONFIGURED;
    return {
      type: 'application',
      title,
      text,
      steps: steps.map(({ what, code }) => ({ what, code })),
      last,
      figures: [],
    };
  }
  return {
    type: 'application',
    title: `From ${reading.address}`,
    text: reading.notes.join(' '),
    steps: [],
    last: '',
    figures: FIGURES.map(({ id, label, unit, what }) => {
      const value = reading.figures[id];
      return {
        label,
        text: formatMeasured(value, unit, { locale }),
        what: isKnown(value) ? what : `${what} ${value.reason}`,
      };
    }),
  };
}
