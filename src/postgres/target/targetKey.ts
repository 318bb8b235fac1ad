/**
 * Whom a password is for, as the connection was resolved: service file, environment and defaults included. Empty: left to
 * libpq's default, which is this machine.
 */
export interface TargetKey {
  readonly host: string;
  readonly hostaddr: string;
  readonly port: string;
  readonly database: string;
  readonly user: string;
}

const PARTS = ['host', 'hostaddr', 'port', 'database', 'user'] as const satisfies readonly (keyof TargetKey)[];

export function isSameTarget(one: TargetKey, other: TargetKey): boolean {
  return PARTS.every((part) => one[part] === other[part]);
}

/** What is another: "host db.example.org → db.example.net, port 5432 → 6432". */
export function targetChanges(before: TargetKey, now: TargetKey): string {
  return PARTS.filter((part) => before[part] !== now[part])
    .map((part) => `${part} ${shown(before[part])} → ${shown(now[part])}`)
    .join(', ');
}

/** Whether a stored value is one; what is stored may be of any version. */
export function isTargetKey(value: unknown): value is TargetKey {
  return (
    typeof value === 'object' &&
    value !== null &&
    PARTS.every((part) => typeof (value as Readonly<Record<string, unknown>>)[part] === 'string')
  );
}

function shown(value: string): string {
  return value === '' ? '(none)' : value;
}
