import { buildConnector, type Client, type Dispatcher } from 'undici';
import type { LoadRequest } from '../engine.ts';

/** A request in undici's words, made once. */
export interface Target {
  readonly origin: string;
  readonly clientOptions: Client.Options;
  readonly connect: buildConnector.connector;
  readonly request: Dispatcher.DispatchOptions;
}

/** Certificates are not verified. Throws TypeError for fields that undici can't send. */
export function targetOf({ url, method, headers, body }: LoadRequest): Target {
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (/^(transfer-encoding|keep-alive|upgrade|expect)$/i.test(name)) {
      throw new TypeError(`the open model can't send the field ${name}`);
    }
    if (!/^content-length$/i.test(name)) fields[name] = value;
  }
  if (url.username !== '') {
    const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    fields.authorization ??= `Basic ${Buffer.from(user).toString('base64')}`;
  }
  return {
    origin: url.origin,
    clientOptions: {
      pipelining: 1,
      // Deadlines are ours; its timers tick at half a second.
      headersTimeout: 0,
      bodyTimeout: 0,
      allowH2: false,
    },
    connect: buildConnector({ timeout: 0, rejectUnauthorized: false, allowH2: false }),
    request: {
      path: url.pathname + url.search,
      method: method as Dispatcher.HttpMethod,
      headers: Object.entries(fields).flat(),
      body,
      // Without it HEAD, and GET with a body, would close their connection.
      reset: false,
    },
  };
}
