import { Problem } from '../../common/problem.ts';
import { SETTING } from './address.ts';

interface Rule {
  /** Codes of Node's and OpenSSL's errors. */
  readonly when: RegExp;
  readonly code: string;
  readonly why: (url: URL) => string;
  readonly next: string;
  readonly transient: boolean;
}

const port = (url: URL): string => (url.port !== '' ? url.port : url.protocol === 'https:' ? '443' : '80');
const TRUST = `If you trust it, name its certificate (or that of its authority) as a PEM file in ${SETTING}.caFile, or set ${SETTING}.acceptAnyCertificate.`;

/** The first row that fits wins. */
const RULES: readonly Rule[] = [
  {
    when: /^(?:ENOTFOUND|EAI_NODATA|EAI_NONAME)$/u,
    code: 'unknown-host',
    why: (url) => `The name ${url.hostname} has no address.`,
    next: 'Correct the address; a name of a container is known only to other containers.',
    transient: false,
  },
  {
    when: /^EAI_AGAIN$/u,
    code: 'host-lookup',
    why: (url) => `The address of ${url.hostname} could not be looked up.`,
    next: 'Check the network; it is tried again by itself.',
    transient: true,
  },
  {
    when: /^ECONNREFUSED$/u,
    code: 'connection-refused',
    why: (url) => `Nothing listens on port ${port(url)} of ${url.hostname}.`,
    next: 'Start it, or correct the address; it is tried again by itself.',
    transient: true,
  },
  {
    when: /^(?:ENETUNREACH|EHOSTUNREACH|ENETDOWN|EHOSTDOWN|EADDRNOTAVAIL)$/u,
    code: 'host-unreachable',
    why: (url) => `The network does not reach ${url.hostname} at present.`,
    next: 'Check the network or VPN; it is tried again by itself.',
    transient: true,
  },
  {
    when: /^ETIMEDOUT$/u,
    code: 'timeout',
    why: (url) => `${url.hostname} did not answer in time.`,
    next: 'Check the address and whether a firewall is between; it is tried again by itself.',
    transient: true,
  },
  {
    when: /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN)$/u,
    code: 'tls-self-signed',
    why: () => 'Its certificate is signed by itself and not by an authority that is trusted here.',
    next: TRUST,
    transient: false,
  },
  {
    when: /^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/u,
    code: 'tls-certificate-expired',
    why: () => 'Its certificate is not valid at this date.',
    next: 'Renew the certificate of the server, or check this machine’s clock.',
    transient: false,
  },
  {
    when: /^ERR_TLS_CERT_ALTNAME/u,
    code: 'tls-host-mismatch',
    why: (url) => `Its certificate was not made for ${url.hostname}.`,
    next: 'Use the host name that is in the certificate.',
    transient: false,
  },
  {
    when: /^(?:UNABLE_TO_|CERT_|INVALID_CA|PATH_LENGTH)/u,
    code: 'tls-certificate',
    why: () => 'Its certificate is not signed by an authority that is trusted here.',
    next: TRUST,
    transient: false,
  },
  {
    when: /^(?:EPROTO$|ERR_SSL|ERR_TLS|ERR_OSSL)/u,
    code: 'tls-failed',
    why: (url) => `The TLS handshake with ${url.host} failed.`,
    next: 'If the server speaks plain HTTP, let the address begin with http://.',
    transient: false,
  },
  {
    when: /^HPE_/u,
    code: 'not-http',
    why: (url) => `What answers at ${url.host} does not speak ${url.protocol === 'https:' ? 'HTTPS' : 'HTTP'}.`,
    next: 'Correct the address; if the server speaks TLS, let it begin with https://.',
    transient: false,
  },
  {
    when: /^Z_|^ERR_(?:BROTLI|_ERROR)|^ERR__ERROR_FORMAT/u,
    code: 'bad-compression',
    why: () => 'The answer says that it is compressed, and can’t be unpacked.',
    next: 'Look at the proxy before it, or switch compression off there.',
    transient: true,
  },
  {
    when: /^(?:ECONNRESET|EPIPE|ECONNABORTED|ERR_STREAM_PREMATURE_CLOSE)$/u,
    code: 'connection-lost',
    why: () => 'The connection was closed before the answer was complete.',
    next: 'It is tried again by itself; if it stays, look into the log of the server.',
    transient: true,
  },
];

/** Why no answer came. `what`: "Cannot read http://127.0.0.1:8000/metrics". */
export function networkProblem(what: string, url: URL, error: unknown): Problem {
  const errno = (error as NodeJS.ErrnoException).code ?? '';
  const rule = RULES.find(({ when }) => when.test(errno));
  if (rule === undefined) {
    const why = error instanceof Error && error.message !== '' ? error.message : `An error ${errno}`;
    const next = 'It is tried again by itself; show the log for more.';
    const text = { code: 'http-failed', what, why: why.replace(/[.\s]*$/u, '.'), next, transient: true };
    return new Problem(text, { cause: error });
  }
  const { code, next, transient } = rule;
  return new Problem({ code, what, why: rule.why(url), next, transient }, { cause: error });
}

/** 401 and 403: who is let in. `hadCredentials`: whether any were sent. */
export function refusedProblem(what: string, status: number, hadCredentials: boolean, asked: string): Problem {
  const scheme = /^\s*(bearer|basic)/iu.exec(asked)?.[1]?.toLowerCase();
  const wanted = scheme === undefined ? 'credentials' : scheme === 'basic' ? 'a user name and a password' : 'a token';
  if (!hadCredentials) {
    const why = `The server wants ${wanted} (${status}), and none is stored.`;
    return new Problem({ code: 'credentials-missing', what, why, next: 'Store the credentials.', transient: false });
  }
  const why =
    status === 401
      ? `The server refused the credentials (401)${scheme === undefined ? '' : `; it wants ${wanted}`}.`
      : 'The server knows the credentials and does not let them read this (403).';
  const next = 'Store the right credentials, or ask whoever runs the server.';
  return new Problem({ code: 'credentials-refused', what, why, next, transient: false });
}

export function timeoutProblem(what: string, timeoutMs: number): Problem {
  const why = `No complete answer came within ${timeoutMs / 1000} s.`;
  const next = `See whether the address answers elsewhere, or raise ${SETTING}.timeoutSeconds; it is tried again by itself.`;
  return new Problem({ code: 'timeout', what, why, next, transient: true });
}

export function tooLargeProblem(what: string, maxBytes: number): Problem {
  const why = `The answer is larger than ${Math.round(maxBytes / 1_048_576)} MB, unpacked; reading was stopped there.`;
  const next = `Check that the address is right; if it is, raise ${SETTING}.maxMegabytes.`;
  return new Problem({ code: 'too-large', what, why, next, transient: false });
}

export function cancelledProblem(what: string): Problem {
  return new Problem({ code: 'cancelled', what, why: 'It was cancelled.', next: 'Try again.', transient: false });
}
