import type { Connection } from '../../monitoring/watch/connection.ts';

interface Write {
  /** In sentence case, beginning with a verb. */
  readonly title: string;
  /** What it does to a production database, behind "and". */
  readonly harm: string;
}

/** All that writes to a database, ends what runs on it or loads its site. */
export const WRITES = {
  clearExpired: { title: 'Clear expired sessions', harm: 'rows of it are deleted beside its visitors' },
  runClearsessions: { title: 'Run clearsessions', harm: 'one transaction deletes all its expired sessions' },
  deleteAll: { title: 'Delete all sessions', harm: 'everyone is logged out' },
  deleteSessions: { title: 'Delete sessions', harm: 'whoever has them is logged out' },
  vacuum: { title: 'Vacuum', harm: 'its disks are read and written beside its visitors' },
  endCleanup: { title: 'End the other cleanup', harm: 'the session of somebody’s cleanup ends' },
  cancel: { title: 'Cancel statement', harm: 'a statement of its application fails' },
  terminate: { title: 'Terminate connection', harm: 'a connection of its application ends' },
  benchmark: { title: 'Run benchmark', harm: 'visitors would wait behind the load' },
  changeThrottle: {
    title: 'Change the session throttle',
    harm: 'its application writes sessions otherwise from the next restart on',
  },
  restartApplication: { title: 'Restart the application', harm: 'requests that are under way may fail' },
  restartCleanupService: { title: 'Restart the cleanup service', harm: 'a cleanup that is under way is broken off' },
} as const satisfies Readonly<Record<string, Write>>;

export type WriteId = keyof typeof WRITES;

/** What has to be typed before it is done. */
export interface Typed {
  readonly text: string;
  /** What that is: "the process id". */
  readonly what: string;
  /** It is asked for on other databases as well, in this sentence. */
  readonly always?: string;
}

export interface SecondQuestion {
  readonly title: string;
  readonly prompt: string;
  readonly text: string;
}

/** The second question, which only typing answers; undefined: the first is enough. */
export function secondQuestion(
  id: WriteId,
  connection: Pick<Connection, 'name' | 'target' | 'production'> | undefined,
  typed?: Typed,
): SecondQuestion | undefined {
  const { title, harm } = WRITES[id];
  const production = connection?.production === true;
  if (typed?.always !== undefined)
    return { title: production ? `${title} in production` : title, prompt: typed.always, text: typed.text };
  if (!production) return undefined;
  const { text, what } = typed ?? { text: connection.name, what: 'the name of the connection,' };
  return {
    title: `${title} in production`,
    prompt: `${connection.target} is a production database, and ${harm}. Type ${what} ${text} to go on; Escape leaves everything as it is.`,
    text,
  };
}
