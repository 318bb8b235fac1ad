import type { Newcomers, SaveEvidence } from '../table/saveEvidence.ts';
import { callNames } from './entryNames.ts';

/** One save that was seen. */
export interface SeenSave {
  readonly changed: readonly string[];
  readonly held: readonly string[];
}

/** One session that was seen first after its first save. */
export interface SeenNewcomer {
  readonly held: readonly string[];
  readonly settled: boolean;
  savedAgain: boolean;
}

/** Different changes and contents that are told. */
const MOST = 12;
/** Share of the sessions by which an entry counts as held by nearly all. */
const NEARLY_ALL = 0.8;
const USER_ENTRY = '_auth_user_id';

export function changesOf(saves: readonly SeenSave[]): Pick<SaveEvidence, 'saves' | 'changes' | 'others'> {
  const call = callNames(saves.flatMap(({ changed, held }) => [...changed, ...held]));
  const groups = grouped(saves, ({ changed }) => called(changed, call));
  const changes = groups.slice(0, MOST).map(({ entries, members }) => ({
    entries,
    saves: members.length,
    held: heldByNearlyAll(members, call),
  }));
  const told = changes.reduce((sum, change) => sum + change.saves, 0);
  return { saves: saves.length, changes, others: saves.length - told };
}

export function newcomersOf(newcomers: readonly SeenNewcomer[], inserted: number): Newcomers {
  const call = callNames(newcomers.flatMap(({ held }) => held));
  const contents = grouped(newcomers, ({ held }) => called(held, call)).slice(0, MOST);
  const settled = newcomers.filter((one) => one.settled);
  return {
    sessions: newcomers.length,
    anonymous: newcomers.filter(({ held }) => !held.includes(USER_ENTRY)).length,
    inserted,
    settled: settled.length,
    savedAgain: settled.filter((one) => one.savedAgain).length,
    contents: contents.map(({ entries, members }) => ({ entries, sessions: members.length })),
  };
}

function called(names: readonly string[], call: (name: string) => string): string[] {
  return [...new Set(names.map(call))].sort();
}

function grouped<T>(
  all: readonly T[],
  entriesOf: (one: T) => string[],
): { readonly entries: readonly string[]; readonly members: readonly T[] }[] {
  const groups = new Map<string, { readonly entries: string[]; readonly members: T[] }>();
  for (const one of all) {
    const entries = entriesOf(one);
    const key = JSON.stringify(entries);
    const group = groups.get(key) ?? { entries, members: [] };
    group.members.push(one);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => b.members.length - a.members.length);
}

function heldByNearlyAll(members: readonly SeenSave[], call: (name: string) => string): string[] {
  const counts = new Map<string, number>();
  for (const { held } of members) for (const name of called(held, call)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].filter(([, count]) => count >= NEARLY_ALL * members.length).map(([name]) => name);
}
