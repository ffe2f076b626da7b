import type { IncomingHttpHeaders } from 'node:http';
import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api';
import type { Exchange } from '../../request/exchange.ts';
import { setField } from '../../request/request-fields.ts';

/** Where the client's place in a trace is read (W3C Trace Context, traceparent and tracestate). */
export const incomingFields = (exchange: Exchange): IncomingHttpHeaders => exchange.request.headers;

export const fieldsGetter: TextMapGetter<IncomingHttpHeaders> = {
  get: (headers, name) => headers[name],
  keys: (headers) => Object.keys(headers),
};

/** Fields for the upstream, names and values in turn: what the client had sent is replaced. */
export const fieldsSetter: TextMapSetter<string[]> = { set: setField };
