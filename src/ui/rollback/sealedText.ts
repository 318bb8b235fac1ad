import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SecretStorage } from 'vscode';

/**
 * Texts of settings files, which may hold passwords and keys, are kept on the disk in a form that only this person's VS Code can read: the
 * key is in its secret storage. AES-256-GCM: 12 bytes of nonce, the text, 16 bytes that tell whether it was changed.
 */
const CIPHER = 'aes-256-gcm';
const KEY_NAME = 'rollbackTexts.key';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export async function sealText(text: string, secrets: SecretStorage): Promise<Buffer> {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, await keyOf(secrets), nonce);
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

/** @throws Error for what was sealed with another key, or changed */
export async function unsealText(sealed: Buffer, secrets: SecretStorage): Promise<string> {
  const decipher = createDecipheriv(CIPHER, await keyOf(secrets), sealed.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
}

async function keyOf(secrets: SecretStorage): Promise<Buffer> {
  const kept = Buffer.from((await secrets.get(KEY_NAME)) ?? '', 'base64');
  if (kept.length === KEY_BYTES) return kept;
  const key = randomBytes(KEY_BYTES);
  await secrets.store(KEY_NAME, key.toString('base64'));
  return key;
}
