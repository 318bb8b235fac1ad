import { readPassfile, type Surroundings } from './libpqFiles.ts';
import type { Parameters } from './libpqParameters.ts';

/**
 * Which passwords of the person's files and environment a connection may use. 'any': as libpq does, where the person has
 * named or confirmed the server. 'bound': only those that name the server themselves, where a repository has named it.
 */
export type Borrow = 'any' | 'bound';

/** What each place says of the connection; the first goes before the next. */
export interface PasswordSources {
  readonly own: Parameters;
  readonly service: Parameters;
  readonly environment: Parameters;
  /** All of them together, with the defaults. */
  readonly resolved: Parameters;
}

export interface ChosenPassword {
  readonly password?: string;
  /** Where a password was found that is not for this server by itself: "PGPASSWORD". */
  readonly withheld?: string;
}

interface Candidate {
  readonly from: string;
  readonly password: string;
  /** Its own place says that it is for this server. */
  readonly bound: boolean;
}

const PLACE = ['host', 'hostaddr', 'port'] as const;

/** The password in libpq's order: of the string, the service file, the environment, the passfile. */
export function choosePassword(sources: PasswordSources, from: Surroundings, borrow: Borrow): ChosenPassword {
  const own = sources.own['password'];
  if (own !== undefined) return { password: own };
  const found = candidates(sources, from);
  const usable = found.find(({ bound }) => bound || borrow === 'any');
  const withheld = found[0]?.from;
  if (usable !== undefined) return { password: usable.password };
  return withheld === undefined ? {} : { withheld };
}

function candidates(
  { own, service, environment, resolved }: PasswordSources,
  from: Surroundings,
): readonly Candidate[] {
  const placed = PLACE.some((key) => own[key] !== undefined);
  const found: Candidate[] = [];
  if (service['password'] !== undefined)
    found.push({ from: 'the connection service file', password: service['password'], bound: !placed });
  if (environment['password'] !== undefined) {
    const bound = !placed && own['service'] === undefined;
    found.push({ from: 'PGPASSWORD', password: environment['password'], bound });
  }
  const entry = readPassfile(resolved, from);
  if (entry !== undefined) {
    // It is looked up by host, and hostaddr is where the connection goes.
    const elsewhere = own['hostaddr'] !== undefined && own['hostaddr'] !== resolved['host'];
    const bound = !elsewhere && (!placed || !entry.anyHost);
    found.push({ from: 'the passfile', password: entry.password, bound });
  }
  return found;
}
