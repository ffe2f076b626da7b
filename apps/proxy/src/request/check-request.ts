import type { FieldList } from '../http/client-request.ts';
import { isAuthority, parseRequestTarget, type RequestTarget } from '../http/request-target.ts';
import type { Exchange } from './exchange.ts';

/** Why a request is refused before anything else happens to it. */
interface RequestFault {
  readonly status: number;
  readonly detail: string;
}

export type CheckedRequest =
  | { readonly fault: RequestFault }
  | { readonly fault: null; readonly target: RequestTarget; readonly host: string | null };

const refuse = (status: number, detail: string): CheckedRequest => ({ fault: { status, detail } });

/**
 * What an engine's parser lets through but a gateway must not: each rule with its section. On success
 * the target and the client's Host (null when an HTTP/1.0 request has none).
 */
export function checkRequest(exchange: Exchange): CheckedRequest {
  const { client, method } = exchange;
  const { httpVersion } = client;

  if (httpVersion !== '1.1' && httpVersion !== '1.0')
    return refuse(505, 'only HTTP/1.0 and HTTP/1.1 are spoken');
  // RFC 9110 section 9.3.8: TRACE would hand cookies and credentials to whoever asks;
  // a gateway is no tunnel for CONNECT either (section 9.3.6).
  if (method === 'TRACE' || method === 'CONNECT') return refuse(405, `${method} is not forwarded`);
  const expectation = client.field('expect');
  if (expectation !== undefined && !/^100-continue$/i.test(expectation)) {
    return refuse(417, 'only Expect: 100-continue is understood');
  }

  // RFC 9112 section 3.2: exactly one Host in HTTP/1.1, and a valid one.
  const hosts = countHosts(client.rawFields);
  const host = client.field('host');
  if (hosts > 1) return refuse(400, 'more than one Host field');
  if (hosts === 0 && httpVersion === '1.1') return refuse(400, 'the Host field is missing');
  if (hosts === 1 && host !== '' && !isAuthority(host as string)) {
    return refuse(400, 'the Host field is not a host and port');
  }

  const target = parseRequestTarget(method, client.target);
  if (target === null) return refuse(400, 'the request target is in no form that is forwarded');

  const coding = client.field('transfer-encoding');
  if (coding !== undefined) {
    // RFC 9112 section 6.1: chunked did not exist in HTTP/1.0; such a message is a smuggling attempt.
    if (httpVersion === '1.0') return refuse(400, 'Transfer-Encoding in HTTP/1.0');
    const codings = coding.toLowerCase();
    // RFC 9112 section 6.3: without chunked at its end nobody knows how long the body is.
    if (!/(?:^|[\t ,])chunked$/.test(codings))
      return refuse(400, 'the body does not end in chunks');
    if (codings !== 'chunked') return refuse(501, 'only the chunked coding is known');
  }

  const { maxBodySizeBytes } = exchange.settings;
  if (maxBodySizeBytes !== null && Number(client.field('content-length') ?? 0) > maxBodySizeBytes) {
    return refuse(413, `the body is larger than ${maxBodySizeBytes} bytes (--max-body-size)`);
  }
  return { fault: null, target, host: target.authority ?? host ?? null };
}

function countHosts(rawFields: FieldList): number {
  let hosts = 0;
  for (let i = 0; i < rawFields.length; i += 2) {
    const name = rawFields[i] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts;
}
