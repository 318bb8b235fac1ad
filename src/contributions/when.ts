import { CONTEXT_KEYS, type RowContext, type StateKey } from './contextKeys.ts';
import { DIAGNOSIS_SCHEME, PANELS, VIEWS } from './ids.ts';

/** Pieces of when clauses. @see https://code.visualstudio.com/api/references/when-clause-contexts */

export const all = (...clauses: readonly string[]): string => clauses.join(' && ');

export const stateIs = (...states: readonly StateKey[]): string => `${CONTEXT_KEYS.state} =~ /^(${states.join('|')})$/`;

export const IN_VIEW = `view == ${VIEWS.sessions}`;
export const TRUSTED = 'isWorkspaceTrusted';
export const CONNECTED = stateIs('connecting', 'live', 'stale', 'failed', 'paused');
export const POLLING = stateIs('connecting', 'live', 'stale', 'failed');
export const PAUSED = stateIs('paused');
/** The preview of a change has the focus. */
export const IN_PREVIEW = `${CONTEXT_KEYS.pendingChange} && (resourceScheme == django-session-monitor || activeEditor == multiDiffEditor)`;
/** A report of a diagnosis has the focus. */
export const IN_DIAGNOSIS = `resourceScheme == ${DIAGNOSIS_SCHEME}`;

/** A chart of the dashboard was asked for its menu: as its card says in data-vscode-context. */
export const ON_CHART = `webviewId == '${PANELS.dashboard}' && webviewSection == chart`;

export const rowIs = (word: RowContext): string => `viewItem =~ /\\b${word}\\b/`;
