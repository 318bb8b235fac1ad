import path from 'node:path';
import { formatPercent } from '../../../common/format.ts';
import { isKnown } from '../../../common/measured.ts';
import { COMMANDS } from '../../../contributions.ts';
import { likeliestWriter, type Suspect, type SuspectPlace } from '../../../monitoring/saves/suspects.ts';
import { cause, type Remedy } from '../../cause.ts';
import type { Exhibit } from '../../exhibit.ts';
import { avoidableSaves, LITTLE, savesFigure, shareOfLoad, statementsExhibit, whyNotAvoidable } from './loadFigures.ts';

/** Of a throttle that says nothing of its interval, seconds. */
const INTERVAL = 900;
/** Less is the interval's own finding. */
const SHORT_INTERVAL = 60;

/**
 * Code that saves sessions again and again. `share`: of the saves those that one save a session and interval would spare, of these as
 * many as change what the suspect changes, × what writing sessions is of the server's time.
 */
export const WRITER_CAUSES = [
  cause({
    id: 'session-writer',
    title: 'Something in the code saves the session again and again',
    symptoms: ['load'],
    needs: ['throttle', 'load', 'writers'],
    judge: ({ throttle: { value: state }, load: { value: load }, writers: { value: code } }) => {
      const avoidable = avoidableSaves(load, Math.max(SHORT_INTERVAL, state.source?.interval?.seconds ?? INTERVAL));
      if (avoidable === undefined) return { verdict: 'unseen', ...whyNotAvoidable(load) };
      if (avoidable.ofSaves < LITTLE)
        return {
          verdict: 'ruledOut',
          sentence: 'While the server was watched, hardly a session was saved more than once.',
        };
      if (!isKnown(load.saves))
        return { verdict: 'unseen', reason: load.saves.reason, next: 'Diagnose again while the load is there.' };
      const suspect = likeliestWriter(load.saves.value, code);
      if (suspect === undefined)
        return { verdict: 'unseen', reason: 'Too few saves were seen to tell what they change.' };
      if (suspect.setting === 'SESSION_SAVE_EVERY_REQUEST')
        return {
          verdict: 'ruledOut',
          sentence: 'The saves change nothing: it is SESSION_SAVE_EVERY_REQUEST that makes them.',
        };
      if (suspect.of === 'newSessions')
        return {
          verdict: 'ruledOut',
          sentence: 'Most of what is saved are new sessions, and none that are saved again.',
        };
      const part = suspect.all === 0 ? 0 : suspect.count / suspect.all;
      const [first] = suspect.places;
      const isThrottle = first !== undefined && first.file === state.source?.file;
      if (isThrottle && (state.source.interval?.seconds ?? INTERVAL) < SHORT_INTERVAL)
        return { verdict: 'ruledOut', sentence: 'It is the throttle itself that saves, as its short interval says.' };
      const what = suspect.entry === undefined ? 'change nothing' : `change ${suspect.entry}`;
      const statements = statementsExhibit(load, ({ onSessions }) => onSessions);
      return {
        verdict: 'found',
        share: shareOfLoad(avoidable.ofSaves * part, load),
        confidence: first === undefined ? 'possible' : 'likely',
        sentence:
          `${formatPercent(part)} of the saves ${what}, and ${formatPercent(avoidable.ofSaves)} of all would not be made if each session were saved once in the interval. ` +
          (first === undefined
            ? 'The code that does so was not found.'
            : `It is probably ${said(suspect, first, code.root)}${isThrottle ? ', the throttle itself, which then throttles nothing' : ''}.`),
        exhibits: [
          savesFigure(avoidable, load),
          ...suspect.places.map((place): Exhibit => placeExhibit(place, suspect)),
          ...(statements === undefined ? [] : [statements]),
        ],
        remedies: first === undefined ? [] : remediesOf(first, suspect),
      };
    },
  }),
];

function said({ setting }: Suspect, { file, line, write }: SuspectPlace, root: string): string {
  const where = `${path.relative(root, file)}${line === undefined ? '' : `, line ${line + 1}`}`;
  if (setting !== undefined) return `the setting ${setting}`;
  return write === undefined || write.owner === '' ? where : `${write.owner} in ${where}`;
}

function placeExhibit({ file, from, to, line }: SuspectPlace, { setting, entry }: Suspect): Exhibit {
  const place = { file, from, to, ...(line === undefined ? {} : { line }) };
  return { kind: 'code', text: setting ?? (entry === undefined ? 'saves the session' : `sets ${entry}`), place };
}

function remediesOf({ file, from, to }: SuspectPlace, { setting, entry }: Suspect): Remedy[] {
  const text =
    setting === undefined
      ? `Write ${entry ?? 'to the session'} only where it has changed, or seldom: keep what changes at each request in the cache.`
      : `Without ${setting} Django does not do so.`;
  return [{ title: 'Open the code', command: COMMANDS.openCode, arguments: [{ file, from, to }], text }];
}
