import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SecretStorage } from 'vscode';
import { PasswordCommands } from '../../../src/monitoring/watch/passwordCommands.ts';
import { connect } from '../../../src/postgres/connect/connection.ts';
import { resolveTarget } from '../../../src/postgres/target/target.ts';
import { StoredPasswords, type PasswordUser } from '../../../src/ui/connection/storedPasswords.ts';
import { startPasswordServer } from '../../kit/passwordServer.ts';

/** The secret storage as this code sees it: texts by their keys. */
function storage(entries: Readonly<Record<string, string>> = {}): { secrets: SecretStorage; all: Map<string, string> } {
  const all = new Map(Object.entries(entries));
  const secrets: Pick<SecretStorage, 'get' | 'store' | 'delete'> = {
    get: (key) => Promise.resolve(all.get(key)),
    store: (key, value) => Promise.resolve(void all.set(key, value)),
    delete: (key) => Promise.resolve(void all.delete(key)),
  };
  return { secrets: secrets as SecretStorage, all };
}

const NO_COMMANDS = new PasswordCommands(() => []);

const connection = (text: string, more: Partial<PasswordUser> = {}): PasswordUser => ({
  id: 'django:/shop:default',
  name: 'shop',
  connectionString: text,
  borrow: 'bound',
  ...more,
});
const STAGING = connection('host=staging.example port=5432 dbname=shop user=shop');
const LIVE = connection('host=live.example port=5432 dbname=shop user=shop');
const keyOf = ({ connectionString }: PasswordUser): ReturnType<typeof resolveTarget>['key'] =>
  resolveTarget(connectionString).key;

test('each target of a connection has its own password, so that going back to a branch asks nothing', async () => {
  const passwords = new StoredPasswords(storage().secrets, NO_COMMANDS);
  await passwords.store(STAGING.id, keyOf(STAGING), 'of-staging');
  await passwords.store(LIVE.id, keyOf(LIVE), 'of-live');
  assert.equal((await passwords.access(STAGING)).password, 'of-staging');
  assert.equal((await passwords.access(LIVE)).password, 'of-live');
  const elsewhere = connection('host=evil.example port=5432 dbname=shop user=shop', { ownPassword: 'of-the-text' });
  assert.equal((await passwords.access(elsewhere)).password, undefined);
  const question = await passwords.unconfirmed(elsewhere);
  assert.match(question?.why ?? '', /host live\.example → evil\.example/);
});

test('a password of version 0.1 is bound to nothing: it goes nowhere before it was confirmed, and is asked for once', async () => {
  const server = await startPasswordServer();
  try {
    const user = connection(`host=127.0.0.1 port=${server.port} dbname=shop user=shop`);
    const { secrets, all } = storage({ [`password/${user.id}`]: 'of-0.1' });
    const passwords = new StoredPasswords(secrets, NO_COMMANDS);
    await assert.rejects(passwords.access(user).then(connect), { code: 'target-unknown' });
    assert.deepEqual(server.visitors, []);
    const question = await passwords.unconfirmed(user);
    assert.match(question?.why ?? '', /earlier version, which did not note which server/);
    await passwords.store(user.id, keyOf(user), question?.password);
    await assert.rejects(passwords.access(user).then(connect), { code: 'wrong-password' });
    assert.deepEqual(server.passwords, ['of-0.1']);
    assert.deepEqual([...all.keys()], [`passwords/${user.id}`]);
    assert.equal(await passwords.unconfirmed(user), undefined);
  } finally {
    await server.stop();
  }
});

test('a target that was confirmed may have what stands elsewhere; without any the text of the project has it', async () => {
  const passwords = new StoredPasswords(storage().secrets, NO_COMMANDS);
  assert.deepEqual(await passwords.access({ ...LIVE, ownPassword: 'of-the-text' }), {
    connectionString: LIVE.connectionString,
    borrow: 'bound',
    password: 'of-the-text',
  });
  await passwords.store(LIVE.id, keyOf(LIVE));
  const access = await passwords.access(LIVE);
  assert.deepEqual([access.borrow, access.expected, access.password], ['any', keyOf(LIVE), undefined]);
  await passwords.forget(LIVE.id);
  assert.equal(await passwords.has(LIVE.id), false);
});

test('what can’t be read in the secret storage is no password', async () => {
  for (const text of ['{"', '{}', '[1]', '[{"target":{"host":"h"}}]', '[{"target":1,"password":"p"}]']) {
    const passwords = new StoredPasswords(storage({ [`passwords/${LIVE.id}`]: text }).secrets, NO_COMMANDS);
    assert.equal(await passwords.has(LIVE.id), false, text);
    assert.equal((await passwords.access(LIVE)).password, undefined, text);
  }
});
