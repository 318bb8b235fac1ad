import { createHash, createHmac, randomBytes } from 'node:crypto';
import { deflateSync } from 'node:zlib';

/** Key salt of django.contrib.sessions.backends.db.SessionStore: 'django.contrib.sessions.' + its class name. */
const SALT = 'django.contrib.sessions.SessionStore';
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const KEY_CHARS = 'abcdefghijklmnopqrstuvwxyz0123456789';

export interface SignOptions {
  readonly secretKey: string;
  /** Time of the save; whole seconds are kept. */
  readonly at: Date;
  /** As Django: compress when that is shorter. Default true. */
  readonly compress?: boolean;
}

/** `session_data` as Django ≥ 3.1 writes it: signing.dumps(data, salt=…, serializer=JSONSerializer, compress=True). */
export function signSession(data: Readonly<Record<string, unknown>>, options: SignOptions): string {
  return signBody(sessionBody(data, options.compress), options.secretKey, options.at);
}

/** The first field of session_data: `[.]base64url` of the JSON. */
export function sessionBody(data: Readonly<Record<string, unknown>>, compress = true): string {
  const json = Buffer.from(asciiJson(data), 'latin1');
  const deflated = compress ? deflateSync(json) : json;
  return compress && deflated.length < json.length - 1
    ? `.${deflated.toString('base64url')}`
    : json.toString('base64url');
}

/** TimestampSigner.sign: `body:timestamp:signature`. */
export function signBody(body: string, secretKey: string, at: Date): string {
  const value = `${body}:${base62(Math.floor(at.getTime() / 1000))}`;
  return `${value}:${createHmac('sha256', derivedKey(secretKey)).update(value).digest('base64url')}`;
}

/** 32 characters as SessionBase._get_new_session_key makes them. */
export function newSessionKey(): string {
  let key = '';
  while (key.length < 32) {
    // 252 is the largest multiple of 36 in a byte: what is above would favour some characters.
    for (const byte of randomBytes(40)) if (byte < 252 && key.length < 32) key += KEY_CHARS[byte % 36] ?? '';
  }
  return key;
}

/** json.dumps(…, separators=(',', ':')): Python escapes all that is not printable ASCII. */
function asciiJson(data: unknown): string {
  return JSON.stringify(data).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function base62(seconds: number): string {
  let text = '';
  for (let rest = seconds; rest > 0; rest = Math.floor(rest / 62)) text = (BASE62[rest % 62] ?? '') + text;
  return text === '' ? '0' : text;
}

const keys = new Map<string, Buffer>();

/** salted_hmac's key: sha256(salt + 'signer' + secret). */
function derivedKey(secretKey: string): Buffer {
  let key = keys.get(secretKey);
  if (key === undefined) {
    key = createHash('sha256').update(`${SALT}signer${secretKey}`).digest();
    keys.set(secretKey, key);
  }
  return key;
}
