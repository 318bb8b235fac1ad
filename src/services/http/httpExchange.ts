import { readFile } from 'node:fs/promises';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { PassThrough, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { Problem } from '../../common/problem.ts';
import { SETTING } from './address.ts';

/** One request and its answer, of which httpGet and the sign-in of the benchmark are made. */

export interface Trust {
  /** PEM file; what it holds is trusted in place of the system's authorities. Empty: those of the system. */
  readonly caFile: string;
  readonly acceptAnyCertificate: boolean;
}

const UNPACK: Readonly<Record<string, () => Transform>> = {
  '': () => new PassThrough(),
  identity: () => new PassThrough(),
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
};

export class TooLarge extends Error {}

export async function tlsOptions(what: string, trust: Trust | undefined): Promise<https.RequestOptions> {
  if (trust?.acceptAnyCertificate === true) return { rejectUnauthorized: false };
  if (trust === undefined || trust.caFile === '') return {};
  return { ca: await readAuthorities(what, trust.caFile) };
}

/** Node takes a file without a certificate as no authority at all, and then nothing is trusted for a reason not told. */
async function readAuthorities(what: string, file: string): Promise<string> {
  const problem = (why: string, cause?: unknown): Problem =>
    new Problem({ code: 'ca-file', what, why, next: `Correct ${SETTING}.caFile.`, transient: false }, { cause });
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw problem(`The file ${file} cannot be read.`, error);
  });
  if (!/-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/u.test(text)) {
    throw problem(`The file ${file} holds no certificate in PEM format.`);
  }
  return text;
}

export function send(url: URL, options: https.RequestOptions, content?: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request(url, options, resolve);
    request.on('error', reject);
    request.end(content);
  });
}

/** Reads and unpacks the body; stops at the limit, so that neither an endless answer nor a small packed one can fill the memory. */
export async function readBody(
  what: string,
  response: IncomingMessage,
  max: number,
  signal: AbortSignal,
): Promise<string> {
  const encoding = (response.headers['content-encoding'] ?? '').trim().toLowerCase();
  const unpack = UNPACK[encoding]?.();
  if (unpack === undefined) {
    response.destroy();
    throw new Problem({
      code: 'unknown-compression',
      what,
      why: `The answer is packed with "${encoding.slice(0, 40)}", which was not asked for.`,
      next: 'Switch that compression off at the server or the proxy before it.',
      transient: false,
    });
  }
  const chunks: Buffer[] = [];
  await pipeline(
    response,
    (source: AsyncIterable<Buffer>) => limited(source, max),
    unpack,
    async (source: AsyncIterable<Buffer>) => {
      for await (const chunk of limited(source, max)) chunks.push(chunk);
    },
    { signal },
  );
  return Buffer.concat(chunks).toString('utf8');
}

async function* limited(source: AsyncIterable<Buffer>, max: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > max) throw new TooLarge();
    yield chunk;
  }
}
