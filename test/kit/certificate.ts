import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './process.ts';

export interface Certificate {
  /** To be removed by whoever asked for it. */
  readonly folder: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

/** A certificate that has signed itself, for these names (`DNS:localhost`, `IP:127.0.0.1`). Needs openssl. */
export async function selfSigned(names: readonly string[]): Promise<Certificate> {
  const folder = await mkdtemp(join(tmpdir(), 'dsm-certificate-'));
  const [certFile, keyFile] = [join(folder, 'server.crt'), join(folder, 'server.key')];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile];
  const subject = ['-subj', '/CN=test', '-addext', `subjectAltName=${names.join(',')}`];
  await run('openssl', ['req', '-x509', '-days', '2', ...key, ...subject, '-out', certFile]);
  return { folder, certFile, keyFile, cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') };
}
