import { createHash } from 'node:crypto';
import type { Connection } from '../monitoring/watch/connection.ts';
import type { SessionTable } from '../postgres/table/readings.ts';
import { connectionTarget } from '../postgres/target/target.ts';

/** What a store is about: one session table of one database, whoever looks at it and with whatever password. */
export interface StoreIdentity {
  /** "shop on db.example.org:5432, django_session" */
  readonly text: string;
  /** Name of its file: readable, and different for different identities. */
  readonly fileName: string;
}

const HERE = /(?<= on )(localhost|127\.0\.0\.1|\[::1\])(?=:)/;

/** Of a connection: behind a command the database is not known before a reading, and the command stands for it. */
export function connectionIdentity(
  connection: Pick<Connection, 'connectionString' | 'table' | 'command'>,
): StoreIdentity {
  const { command, connectionString, table } = connection;
  if (command === undefined) return storeIdentity(connectionString, table);
  // Its words may hold what is in no file.
  const hash = hashOf(JSON.stringify([command.words, command.cwd]));
  return { text: `what a command prints (${hash})`, fileName: `command-${hash}.sqlite` };
}

/**
 * One file for each, so that damage, deletion and the lock of who writes stay with one database. User and password are not
 * part of it: they change, and others may look with theirs.
 *
 * @throws Problem 'connection-string', 'service-missing'
 */
export function storeIdentity(connectionString: string, table: SessionTable): StoreIdentity {
  const target = connectionTarget(connectionString).replace(HERE, 'localhost');
  const text = `${target}, ${table.schema === undefined ? '' : `${table.schema}.`}${table.name}`;
  const readable = text.replaceAll(/[^\p{L}\p{N}.]+/gu, '-').slice(0, 60);
  return { text, fileName: `${readable}-${hashOf(text)}.sqlite` };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
