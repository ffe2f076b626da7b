/** Why a poll gave no snapshot. */
export const failureCodes = [
  'refused',
  'timeout',
  'unknown_host',
  'broken_off',
  'tls',
  'unauthorized',
  'status',
  'bad_json',
  'not_spillway',
  'unreadable',
] as const;

type FailureCode = (typeof failureCodes)[number];

export interface Failure {
  readonly code: FailureCode;
  /** One line: what was seen. */
  readonly detail: string;
}

interface Words {
  /** Two or three, for a header. */
  readonly title: string;
  readonly advice: string;
}

const words: Readonly<Record<FailureCode, Words>> = {
  refused: {
    title: 'refused',
    advice: 'nothing listens there: start the proxy, or look at the host and port',
  },
  timeout: {
    title: 'timed out',
    advice: 'the proxy hangs, or a firewall drops what is sent; see --timeout',
  },
  unknown_host: { title: 'unknown host', advice: 'look at the name, or at the DNS' },
  broken_off: {
    title: 'broken off',
    advice: 'the connection ended in the middle: the proxy died, or it speaks no HTTP',
  },
  tls: { title: 'TLS failed', advice: 'look at the certificate, or write http:// instead' },
  unauthorized: {
    title: 'needs the token',
    advice: 'give its --admin-token here too, or as SPILLWAY_MONITOR_ADMIN_TOKEN',
  },
  status: {
    title: 'no metrics',
    advice: 'is it a Spillway, and the port of its /proxy-* endpoints (--admin-port)?',
  },
  bad_json: { title: 'no JSON', advice: 'something else answers there: look at the address' },
  not_spillway: {
    title: 'no Spillway',
    advice: 'something else answers there, or a Spillway of another version',
  },
  unreadable: { title: 'unreadable', advice: 'see what was said' },
};

export function failureTitle({ code }: Failure): string {
  return words[code].title;
}

export function failureAdvice({ code }: Failure): string {
  return words[code].advice;
}

const codes: Readonly<Record<string, FailureCode>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  ENOTFOUND: 'unknown_host',
  EAI_AGAIN: 'unknown_host',
  ECONNRESET: 'broken_off',
  EPIPE: 'broken_off',
  EPROTO: 'tls',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls',
};

/** From what a connection or a parser threw. */
export function failureOf(error: Error, timeoutMs: number): Failure {
  const { code = '', name } = error as NodeJS.ErrnoException;
  if (name === 'TimeoutError' || code === 'ABORT_ERR') {
    return { code: 'timeout', detail: `no answer within ${timeoutMs} ms` };
  }
  // Several addresses were tried: node gives them together, with the code of one.
  const found = codes[code] ?? (/^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO)/.test(code) ? 'tls' : null);
  return { code: found ?? 'broken_off', detail: error.message || code || name };
}
