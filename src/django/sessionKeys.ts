import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { FileSystem } from '../common/fileSystem.ts';
import type { DjangoProject } from './project/project.ts';
import type { Frame } from './python/values/values.ts';

/**
 * Which of the project's keys a session is signed with. The keys are used here and given to nobody: what is kept is what Django's
 * salted_hmac() makes of them, in a function.
 */
export interface SessionKeys {
  /** 'SECRET_KEY', 'SECRET_KEY_FALLBACKS[0]', NO_KEY; undefined: there is no signature of Django. */
  readonly keyOf: (sessionData: string) => string | undefined;
}

/** Signed with a key that the settings don't have. */
export const NO_KEY = 'none of them';

/** Of the session store, which is its class with these before it. @see django/contrib/sessions/backends/base.py, key_salt */
const SALT = 'django.contrib.sessions.SessionStore';
const SALT_BEFORE_3_1 = 'django.contrib.sessionsSessionStore';

/** SHA-256 since Django 3.1, SHA-1 with DEFAULT_HASHING_ALGORITHM = 'sha1' until 4.0; by the length of the signature. */
const ALGORITHMS: ReadonlyMap<number, 'sha256' | 'sha1'> = new Map([
  [43, 'sha256'],
  [27, 'sha1'],
]);

/** Reads the keys from the settings; what is unknown is said, half a sentence. */
export async function readSessionKeys(
  fileSystem: FileSystem,
  project: DjangoProject,
): Promise<SessionKeys | { readonly why: string }> {
  const found = await project.reading?.read(fileSystem, ({ frame }) =>
    frame === undefined ? { why: 'the settings are not known' } : keysIn(frame),
  );
  return found ?? { why: 'the settings were not read from their files' };
}

function keysIn({ names }: Frame): SessionKeys | { readonly why: string } {
  const key = names.get('SECRET_KEY');
  if (key?.t !== 'str' || key.v === '') {
    return { why: key?.t === 'unresolved' ? key.why : 'SECRET_KEY is no text in the settings' };
  }
  const old = names.get('SECRET_KEY_FALLBACKS');
  const fallbacks = old?.t === 'list' || old?.t === 'tuple' ? old.items : [];
  const known = fallbacks.flatMap((item, i) =>
    item.t === 'str' ? [[`SECRET_KEY_FALLBACKS[${i}]`, item.v] as const] : [],
  );
  return sessionKeys([['SECRET_KEY', key.v], ...known]);
}

/** @param keys each with its name */
export function sessionKeys(keys: readonly (readonly [name: string, key: string])[]): SessionKeys {
  const derived = (salt: string, algorithm: string): readonly (readonly [string, Buffer])[] =>
    keys.map(([name, key]) => [name, createHash(algorithm).update(salt).update(key).digest()]);
  const signers = { sha256: derived(`${SALT}signer`, 'sha256'), sha1: derived(`${SALT}signer`, 'sha1') };
  const legacy = derived(SALT_BEFORE_3_1, 'sha1');
  return {
    keyOf: (data) => {
      const end = data.lastIndexOf(':');
      if (end === -1) return keyOfLegacy(data, legacy);
      const signature = Buffer.from(data.slice(end + 1), 'base64url');
      const algorithm = ALGORITHMS.get(data.length - end - 1);
      if (algorithm === undefined) return undefined;
      return named(signers[algorithm], algorithm, data.slice(0, end), signature);
    },
  };
}

/** base64(hex hash + ':' + payload) */
function keyOfLegacy(data: string, keys: readonly (readonly [string, Buffer])[]): string | undefined {
  const bytes = Buffer.from(data, 'base64');
  if (bytes.indexOf(':') !== 40) return undefined;
  return named(keys, 'sha1', bytes.subarray(41), Buffer.from(bytes.toString('latin1', 0, 40), 'hex'));
}

function named(
  keys: readonly (readonly [string, Buffer])[],
  algorithm: string,
  signed: string | Buffer,
  signature: Buffer,
): string {
  const found = keys.find(([, key]) => {
    const made = createHmac(algorithm, key).update(signed).digest();
    return made.length === signature.length && timingSafeEqual(made, signature);
  });
  return found?.[0] ?? NO_KEY;
}
