import { formatMeasured } from '../../common/format.ts';
import { isKnown, unknown, type Measured } from '../../common/measured.ts';
import { preferExact } from '../../monitoring/metrics/read.ts';
import type { Snapshot } from '../../monitoring/snapshot/snapshot.ts';

/**
 * Share of the active sessions that a change of the throttle touches: those that were saved in the last hour belong to
 * people who are here now. 0 to 1; at most 1, for both figures may be estimates.
 */
export function affectedShare(snapshot: Snapshot): Measured {
  const { sessions } = snapshot.metrics;
  const active = preferExact(snapshot, sessions.active, 'active');
  const saved = sessions.savedLastHour;
  if (!isKnown(saved)) return saved;
  if (!isKnown(active)) return active;
  if (active.value === 0) return unknown('There are no active sessions.');
  const note = `${formatMeasured(saved, 'count')} saved in the last hour of ${formatMeasured(active, 'count')} active sessions`;
  return { how: 'estimated', value: Math.min(1, saved.value / active.value), at: saved.at, note };
}
