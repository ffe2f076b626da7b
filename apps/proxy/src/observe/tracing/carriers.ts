import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api';
import type { ClientRequest } from '../../http/client-request.ts';
import { dropFields } from '../../http/raw-fields.ts';
import type { ObservedRequest } from '../observed.ts';

type FieldLines = ClientRequest['fieldLines'];

const traceFields = ['traceparent', 'tracestate'];

/** Where the client's place in a trace is read (W3C Trace Context, traceparent and tracestate). */
export const incomingFields = (request: ObservedRequest): FieldLines => request.client.fieldLines;

export const fieldsGetter: TextMapGetter<FieldLines> = {
  get: (fields, name) => {
    const lines = fields[name];
    // Of several nobody knows which holds: as invalid as a garbled one.
    return name === 'traceparent' && lines?.length !== 1 ? undefined : lines;
  },
  keys: (fields) => Object.keys(fields),
};

/**
 * Takes out all that a client or the last attempt has put there: its tracestate may not go on without
 * its traceparent (W3C Trace Context section 3.3).
 */
export const dropTraceFields = (fields: string[]): void => dropFields(fields, traceFields);

/** Fields for the upstream, names and values in turn. */
export const fieldsSetter: TextMapSetter<string[]> = {
  set: (fields, name, value) => {
    // A state of which no member was valid.
    if (value !== '') fields.push(name, value);
  },
};
