import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { eventually } from '../kit/waiting-line.ts';

/** A span as OTLP's JSON encoding has it (opentelemetry-proto, trace/v1/trace.proto). */
export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { key: string; value: Record<string, unknown> }[];
  readonly events?: readonly { name: string }[];
  readonly status: { code?: number; message?: string };
}

interface Batch {
  resourceSpans: {
    resource: { attributes: OtlpSpan['attributes'] };
    scopeSpans: { spans: OtlpSpan[] }[];
  }[];
}

/** Takes spans over HTTP as a collector does, and keeps them. */
export class Collector {
  readonly url: string;
  readonly spans: OtlpSpan[] = [];
  readonly resources: OtlpSpan['attributes'][] = [];
  readonly headers: IncomingHttpHeaders[] = [];

  private constructor(url: string) {
    this.url = url;
  }

  /** Closed when the test is over. */
  static async start(status = 200, body = '{}'): Promise<Collector> {
    const server = createServer(async (request, response) => {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece as Buffer);
      collector.#take(request.url as string, request.headers, Buffer.concat(pieces));
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    const collector = new Collector(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return collector;
  }

  /** The spans of this name, once there are that many. */
  async named(name: string, count = 1): Promise<OtlpSpan[]> {
    await eventually(() => {
      const found = this.spans.filter((span) => span.name === name);
      if (found.length < count) throw new Error(`${found.length} of ${count} spans ${name}`);
    });
    return this.spans.filter((span) => span.name === name);
  }

  #take(url: string, headers: IncomingHttpHeaders, body: Buffer): void {
    if (url !== '/v1/traces') return;
    this.headers.push(headers);
    for (const { resource, scopeSpans } of (JSON.parse(body.toString()) as Batch).resourceSpans) {
      this.resources.push(resource.attributes);
      for (const { spans } of scopeSpans) this.spans.push(...spans);
    }
  }
}

/** The attributes of a span under their names. */
export function attributesOf(attributes: OtlpSpan['attributes']): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => {
      const [plain] = Object.values(value);
      return [key, plain];
    }),
  );
}
