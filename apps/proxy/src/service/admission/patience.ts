import type { ClientRequest } from '../../http/client-request.ts';

/** Longer than this nobody means: a day, ms. */
const longestMs = 86_400_000;

/** gRPC over HTTP/2, "Timeout": at most eight digits and a unit. */
const grpcUnitsMs: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1000,
  m: 1,
  u: 0.001,
  n: 0.000_001,
};

/**
 * How long a client says that it waits, ms: the first of these fields that it sent. Seconds (`2.5`, `2.5s`),
 * milliseconds (`500ms`), or in grpc-timeout its own units. Null without one; what can't be read is not obeyed.
 */
export function patienceOf(
  client: Pick<ClientRequest, 'field'>,
  names: readonly string[],
): number | null {
  for (const name of names) {
    const value = client.field(name);
    if (value === undefined) continue;
    const ms = name === 'grpc-timeout' ? grpcMs(value) : durationMs(value);
    if (ms !== null) return Math.min(ms, longestMs);
  }
  return null;
}

function grpcMs(value: string): number | null {
  const [, digits, unit] = /^(\d{1,8})([HMSmun])$/.exec(value) ?? [];
  return digits === undefined ? null : Number(digits) * (grpcUnitsMs[unit as string] as number);
}

function durationMs(value: string): number | null {
  const [, digits, unit] = /^(\d{1,9}(?:\.\d{1,9})?)(s|ms)?$/.exec(value.trim()) ?? [];
  return digits === undefined ? null : Number(digits) * (unit === 'ms' ? 1 : 1000);
}
