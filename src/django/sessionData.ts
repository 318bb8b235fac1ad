import { inflateSync } from 'node:zlib';

/**
 * The `session_data` column. Since Django 3.1 it is a signed value (django.core.signing, salt
 * 'django.contrib.sessions.SessionStore'): `[.]base64url(payload):base62(time):signature`, where a leading '.' means zlib. Before,
 * `base64(hex hash + ':' + payload)`. The payload is JSON unless the project chose another serializer. It can be read
 * without SECRET_KEY, and can't be verified without it.
 */
export interface DecodedSession {
  readonly format: 'signed' | 'legacy' | 'unknown';
  /** Time of the last save to the second; signed values only. */
  readonly savedAt?: Date;
  readonly data?: Record<string, unknown>;
  /** Why there is no `data`: one of a few fixed texts, so that rows can be counted by it. Never part of the content. */
  readonly unreadable?: string;
}

/** Django stores no session near this size; a row that inflates to more is taken for a bomb. Bytes. */
const MAX_PAYLOAD = 8 * 1024 * 1024;
const MAX_TEXT = 16 * 1024 * 1024;

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Milliseconds beyond which a Date is invalid (ECMAScript). */
const MAX_TIME = 8.64e15;

/** Signature: HMAC in base64url without padding, 27 characters with SHA-1 (Django 3.1 by setting), 43 with SHA-256. */
const SIGNED = /^(\.?)([\w-]+):([0-9A-Za-z]{1,11}):[\w-]{20,90}$/;
const LEGACY = /^[A-Za-z0-9+/=\s]+$/;

/** Never throws, whatever the text; never unpickles. */
export function decodeSession(sessionData: string): DecodedSession {
  if (typeof sessionData !== 'string') return { format: 'unknown', unreadable: 'not a text' };
  if (sessionData.length > MAX_TEXT) return { format: 'unknown', unreadable: 'too large' };
  const signed = SIGNED.exec(sessionData);
  if (signed !== null) {
    const [, compressed = '', body = '', time = ''] = signed;
    const savedAt = timeOf(time);
    const payload = inflated(Buffer.from(body, 'base64url'), compressed === '.');
    const read = typeof payload === 'string' ? { unreadable: payload } : readPayload(payload);
    return savedAt === undefined ? { format: 'signed', ...read } : { format: 'signed', savedAt, ...read };
  }
  return readLegacy(sessionData);
}

function timeOf(base62: string): Date | undefined {
  let seconds = 0;
  for (const digit of base62) seconds = seconds * 62 + BASE62.indexOf(digit);
  return seconds * 1000 <= MAX_TIME ? new Date(seconds * 1000) : undefined;
}

/** The bytes, or why there are none. */
function inflated(bytes: Buffer, compressed: boolean): Buffer | string {
  if (!compressed) return bytes.length > MAX_PAYLOAD ? 'too large' : bytes;
  try {
    return inflateSync(bytes, { maxOutputLength: MAX_PAYLOAD });
  } catch (error) {
    const tooLarge = error instanceof RangeError || (error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE';
    return tooLarge ? 'too large when decompressed' : 'damaged compression';
  }
}

function readLegacy(text: string): DecodedSession {
  if (!LEGACY.test(text)) return { format: 'unknown', unreadable: 'not a format of Django' };
  const bytes = Buffer.from(text, 'base64');
  const separator = bytes.indexOf(':');
  // Hash: HMAC-SHA1 in hexadecimal.
  if (separator !== 40 || !/^[\da-f]{40}$/.test(bytes.toString('latin1', 0, 40))) {
    return { format: 'unknown', unreadable: 'not a format of Django' };
  }
  return { format: 'legacy', ...readPayload(bytes.subarray(separator + 1)) };
}

function readPayload(bytes: Buffer): Pick<DecodedSession, 'data' | 'unreadable'> {
  if (isPickle(bytes)) return { unreadable: 'pickled (PickleSerializer), which is never opened' };
  try {
    const parsed: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
      return { unreadable: 'not a JSON object' };
    return { data: parsed as Record<string, unknown> };
  } catch {
    // A SyntaxError's message quotes the content, which stays out of messages.
    return { unreadable: 'not JSON (another serializer)' };
  }
}

/** Protocols 2 and later begin with the opcode PROTO and end with STOP; 0 and 1 of a dict begin with '(' or '}'. */
function isPickle(bytes: Buffer): boolean {
  const [first, second] = bytes;
  if (bytes.at(-1) !== 0x2e) return false;
  return (
    (first === 0x80 && second !== undefined && second <= 5) || first === 0x28 || (first === 0x7d && bytes.length > 1)
  );
}
