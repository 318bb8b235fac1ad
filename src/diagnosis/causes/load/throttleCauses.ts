import { formatDuration, formatPercent } from '../../../common/format.ts';
import { COMMANDS } from '../../../contributions.ts';
import type { ThrottleState } from '../../../django/throttle/throttleState.ts';
import type { LoadWatch } from '../../../postgres/diagnosis/watchLoad.ts';
import { cause, type CauseJudgement, type Remedy } from '../../cause.ts';
import type { Exhibit } from '../../exhibit.ts';
import { avoidableSaves, LITTLE, savesFigure, shareOfLoad, statementsExhibit, whyNotAvoidable } from './loadFigures.ts';

/** Where a throttle says nothing of its interval, it is the guide's, seconds. */
const DEFAULT_INTERVAL = 900;
/** Shorter intervals throttle little of what a person does, seconds. */
const SHORT_INTERVAL = 60;

const SESSION_MIDDLEWARE = 'django.contrib.sessions.middleware.SessionMiddleware';

/** A throttle that does not throttle. `share`: of the saves those that a throttle would have kept, × what writing sessions is of the server's time. */
export const THROTTLE_CAUSES = [
  cause({
    id: 'throttle-off',
    title: 'The throttle is off, and sessions are saved at each request',
    symptoms: ['load'],
    needs: ['throttle', 'load'],
    judge: ({ throttle: { value: state }, load: { value: load } }) => {
      const { throttle } = state;
      if (throttle.state === 'unknown')
        return { verdict: 'unseen', reason: throttle.why ?? 'The settings can’t be told.' };
      if (throttle.state === 'on')
        return { verdict: 'ruledOut', sentence: `${throttle.path ?? 'It'} is in MIDDLEWARE.` };
      const blind = everyRequest(state);
      if (blind !== undefined) return blind;
      const isOff = throttle.state === 'off';
      return bySaves(state, load, {
        sentence: (part) =>
          `SESSION_SAVE_EVERY_REQUEST is True and ${isOff ? `${throttle.path ?? 'the throttle'} is switched off` : 'no throttle is in MIDDLEWARE'}: ${part} of the saves would not be made with one.`,
        remedies: isOff
          ? [{ title: 'Restore the throttle…', command: COMMANDS.restoreThrottle }]
          : [
              {
                title: 'Choose the throttle middleware…',
                command: COMMANDS.chooseThrottle,
                text: 'If the project has one under another name; otherwise set SESSION_SAVE_EVERY_REQUEST = False, or add a throttle.',
              },
            ],
      });
    },
  }),
  cause({
    id: 'throttle-undone',
    title: 'SESSION_SAVE_EVERY_REQUEST undoes the throttle',
    symptoms: ['load'],
    needs: ['throttle', 'load'],
    judge: ({ throttle: { value: state }, load: { value: load } }) => {
      if (state.throttle.state !== 'on') return { verdict: 'ruledOut', sentence: 'There is no throttle that is on.' };
      const blind = everyRequest(state);
      if (blind !== undefined) return blind;
      return bySaves(state, load, {
        sentence: (part) =>
          `${state.throttle.path ?? 'The throttle'} is on, and SESSION_SAVE_EVERY_REQUEST = True saves each session at each request all the same: ${part} of the saves would not be made without it.`,
        remedies: [
          ...openSetting(state),
          {
            title: 'Set SESSION_SAVE_EVERY_REQUEST = False',
            text: 'The throttle then keeps the expiry of active sessions moving.',
          },
        ],
      });
    },
  }),
  cause({
    id: 'throttle-misplaced',
    title: 'The throttle stands before SessionMiddleware',
    symptoms: ['load'],
    needs: ['throttle', 'load'],
    judge: ({ throttle: { value: state }, load: { value: load } }) => {
      const { throttle, project } = state;
      const list = project.middleware;
      if (throttle.state !== 'on' || throttle.path === undefined)
        return { verdict: 'ruledOut', sentence: 'There is no throttle that is on.' };
      if (list === undefined) return { verdict: 'unseen', reason: 'Not all of MIDDLEWARE is known.' };
      const session = list.indexOf(SESSION_MIDDLEWARE);
      if (session === -1)
        return { verdict: 'unseen', reason: 'SessionMiddleware is not in MIDDLEWARE under its own name.' };
      if (list.indexOf(throttle.path) > session)
        return { verdict: 'ruledOut', sentence: 'It stands after SessionMiddleware, where it belongs.' };
      return bySaves(state, load, {
        sentence: (part) =>
          `${throttle.path ?? 'The throttle'} stands before SessionMiddleware, so that it sees no session on the way in and what it leaves on the way out is not saved: it throttles nothing, and ${part} of the saves would not be made by one that works.`,
        remedies: [
          {
            title: 'Open MIDDLEWARE',
            command: COMMANDS.openThrottleSettings,
            text: 'Move the entry behind SessionMiddleware.',
          },
        ],
        exhibit: entryExhibit(state),
      });
    },
  }),
  cause({
    id: 'throttle-interval',
    title: 'The interval of the throttle is very short',
    symptoms: ['load'],
    needs: ['throttle', 'load'],
    judge: ({ throttle: { value: state }, load: { value: load } }) => {
      const interval = state.source?.interval;
      if (state.throttle.state !== 'on') return { verdict: 'ruledOut', sentence: 'There is no throttle that is on.' };
      if (interval === undefined) return { verdict: 'unseen', reason: 'Its interval can’t be read in its source.' };
      const { seconds } = interval;
      if (seconds >= SHORT_INTERVAL)
        return { verdict: 'ruledOut', sentence: `${interval.name} says ${formatDuration(seconds)}.` };
      return bySaves(state, load, {
        sentence: (part) =>
          `${interval.name} says ${formatDuration(seconds)}: with ${formatDuration(DEFAULT_INTERVAL)}, ${part} of the saves would not be made.`,
        remedies: [
          { title: 'Open the throttle', command: COMMANDS.openThrottleSource, text: 'Make the interval longer.' },
        ],
      });
    },
  }),
];

/** Why nothing that hangs on SESSION_SAVE_EVERY_REQUEST can be so; undefined: it is True. */
function everyRequest({ throttle: { saveEveryRequest } }: ThrottleState): CauseJudgement | undefined {
  if (saveEveryRequest?.value === true) return undefined;
  if (saveEveryRequest !== undefined && saveEveryRequest.value === undefined)
    return {
      verdict: 'unseen',
      reason: `SESSION_SAVE_EVERY_REQUEST is not known: ${saveEveryRequest.why ?? 'it is computed'}.`,
    };
  return {
    verdict: 'ruledOut',
    sentence: 'SESSION_SAVE_EVERY_REQUEST is False: Django saves only sessions that were changed.',
  };
}

interface Wording {
  readonly sentence: (part: string) => string;
  readonly remedies: readonly Remedy[];
  readonly exhibit?: Exhibit | undefined;
}

function bySaves(state: ThrottleState, load: LoadWatch, { sentence, remedies, exhibit }: Wording): CauseJudgement {
  const interval = Math.max(SHORT_INTERVAL, state.source?.interval?.seconds ?? DEFAULT_INTERVAL);
  const avoidable = avoidableSaves(load, interval);
  if (avoidable === undefined) return { verdict: 'unseen', ...whyNotAvoidable(load) };
  if (avoidable.ofSaves < LITTLE)
    return {
      verdict: 'ruledOut',
      sentence: `While the server was watched, hardly a session was saved more often than a throttle of ${formatDuration(interval)} would.`,
    };
  const statements = statementsExhibit(load, ({ onSessions }) => onSessions);
  return {
    verdict: 'found',
    share: shareOfLoad(avoidable.ofSaves, load),
    confidence: 'certain',
    sentence: sentence(formatPercent(avoidable.ofSaves)),
    exhibits: [
      savesFigure(avoidable, load),
      ...(exhibit === undefined ? settingExhibits(state) : [exhibit]),
      ...(statements === undefined ? [] : [statements]),
    ],
    remedies,
  };
}

function settingExhibits({ throttle: { saveEveryRequest: set } }: ThrottleState): Exhibit[] {
  return set?.value === true ? [{ kind: 'code', text: 'SESSION_SAVE_EVERY_REQUEST is True here', place: set }] : [];
}

function entryExhibit({ throttle: { place, path } }: ThrottleState): Exhibit | undefined {
  return place === undefined ? undefined : { kind: 'code', text: `the entry ${path ?? ''}`, place };
}

function openSetting({ throttle: { saveEveryRequest: set } }: ThrottleState): Remedy[] {
  if (set === undefined) return [];
  const { file, from, to } = set;
  return [{ title: 'Open the setting', command: COMMANDS.openCode, arguments: [{ file, from, to }] }];
}
