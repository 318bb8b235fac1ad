import type { SavedAlert } from './alertTracker.ts';

export interface SavedAlerts {
  readonly version: 1;
  /** When it was last known, milliseconds since the epoch; 0: never. */
  readonly at: number;
  readonly alerts: Readonly<Record<string, SavedAlert>>;
}

/** After so long away an alert that still fires is news again: someone opens the window next morning. */
const KEEP_FIRING_MS = 12 * 60 * 60 * 1000;

/** Checks what comes out of a store that anybody may have written to; undefined when it is not what `toJSON` gives. */
export function readSavedAlerts(saved: unknown, now: Date): Readonly<Record<string, SavedAlert>> | undefined {
  if (!isRecord(saved) || saved['version'] !== 1 || typeof saved['at'] !== 'number' || !isRecord(saved['alerts']))
    return undefined;
  const away = now.getTime() - saved['at'];
  const fresh = away >= 0 && away <= KEEP_FIRING_MS;
  const result: Record<string, SavedAlert> = {};
  for (const [id, alert] of Object.entries(saved['alerts'])) {
    if (isRecord(alert)) result[id] = readAlert(alert, fresh);
  }
  return result;
}

function readAlert(alert: Readonly<Record<string, unknown>>, fresh: boolean): SavedAlert {
  const { firingSince, acknowledged, snoozedUntil, message } = alert;
  return {
    ...(isTime(snoozedUntil) ? { snoozedUntil } : {}),
    // An acknowledged alert stays acknowledged however long ago: somebody knows of it.
    ...(isTime(firingSince) && (fresh || acknowledged === true) ? { firingSince } : {}),
    ...(acknowledged === true ? { acknowledged } : {}),
    ...(typeof message === 'string' ? { message } : {}),
  };
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= 8.64e15;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
