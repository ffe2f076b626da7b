import { grpcCodes, grpcStatuses, type Outcome } from '@spillway/contracts';
import type { Client } from '../front/client.ts';

/** gRPC, whose trailers need HTTP/2; not gRPC-Web, which has its own in the content. */
const grpcType = /^application\/grpc(?:[+;]|$)/i;

/** Whether the client looks for a gRPC status, and would not look at one of HTTP. */
export const speaksGrpc = (client: Client): boolean =>
  client.multiplexed && grpcType.test(client.field('content-type') ?? '');

/**
 * The fields of a response of ours without content ("trailers-only"). `waitSeconds`: how long to stay away, null where
 * waiting does not help; gRPC's own field for it counts in milliseconds.
 */
export function grpcFields(outcome: Outcome, detail: string, waitSeconds: number | null): string[] {
  const code = grpcCodes[grpcStatuses[outcome]];
  const fields = [
    ...['content-type', 'application/grpc'],
    ...['grpc-status', String(code)],
    ...['grpc-message', percentEncoded(detail)],
  ];
  if (waitSeconds !== null) fields.push('grpc-retry-pushback-ms', String(waitSeconds * 1000));
  return fields;
}

/** As gRPC over HTTP/2 has it: all but printable ASCII, and the sign itself. */
const percentEncoded = (text: string): string =>
  text.replace(/[^ -$&-~]+/gu, (part) =>
    Buffer.from(part).toString('hex').toUpperCase().replace(/../g, '%$&'),
  );
