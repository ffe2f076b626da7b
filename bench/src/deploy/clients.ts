import { writeFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { beatMs } from './scenario.ts';
import { sharedNow, watchStandstills } from './shared-clock.ts';

/** One request as its client saw it, instants by the shared clock. */
export interface Visit {
  readonly id: string;
  readonly kind: string;
  /** When it was due, which may be before it was sent. */
  readonly due: number;
  readonly end: number;
  /** Status, or what went wrong. */
  readonly result: string;
}

export interface StreamEnd {
  readonly id: string;
  readonly events: number;
  /** Null: it came whole, in order and to its end. */
  readonly fault: string | null;
}

export interface ClientOrder {
  readonly port: number;
  readonly perSecond: number;
  readonly waiting: number;
  readonly streams: number;
  /** Beats of the shortest and the longest stream. */
  readonly streamBeats: readonly [number, number];
  readonly file: string;
}

const order = JSON.parse(process.argv[2] as string) as ClientOrder;
const { port } = order;
const standstills = watchStandstills();
const agent = new Agent({ keepAlive: true });
const visits: Visit[] = [];
const streamEnds: StreamEnd[] = [];
let ids = 0;
let over = false;

function visit(kind: string, due = sharedNow()): Promise<void> {
  const id = `${kind}-${ids++}`;
  return new Promise((resolve) => {
    const end = (result: string) => {
      visits.push({ id, kind, due, end: sharedNow(), result });
      resolve();
    };
    const headers = { 'x-request-id': id };
    request({ port, host: '127.0.0.1', path: `/${kind}/x`, agent, headers }, (response) => {
      response.resume().on('end', () => end(resultOf(response)));
      response.on('error', (error) => end(`cut: ${error.message}`));
    })
      .on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message))
      .end();
  });
}

/** Status, and where the proxy refused it, why. */
const resultOf = ({ statusCode, headers }: IncomingMessage): string =>
  statusCode === 200 ? '200' : `${statusCode} ${headers['proxy-status'] ?? ''}`;

/** Listens to streams one after the other until the end. */
async function listen(place: number): Promise<void> {
  const [shortest, longest] = order.streamBeats;
  let beats = shortest + Math.floor(((longest - shortest) * place) / order.streams);
  await delay((beatMs * place) / order.streams);
  while (!over) {
    await stream(beats);
    beats = shortest;
  }
}

function stream(beats: number): Promise<void> {
  const id = `events-${ids++}`;
  return new Promise((resolve) => {
    let text = '';
    const end = (fault: string | null) => {
      const events = text.split('\n\n').slice(0, -1);
      const whole =
        events.length === beats + 1 &&
        events.every((event, n) => event === `data: ${n === beats ? 'end' : n}`);
      const found = fault ?? (whole ? null : `${events.length - 1} of ${beats} events`);
      streamEnds.push({ id, events: events.length, fault: found });
      resolve();
    };
    const headers = { 'x-request-id': id };
    const path = `/events/${beats}`;
    request({ port, host: '127.0.0.1', path, agent, headers }, (response) => {
      response
        .setEncoding('utf8')
        .on('data', (part: string) => {
          text += part;
        })
        .on('end', () => end(response.statusCode === 200 ? null : resultOf(response)))
        .on('error', (error) => end(`cut: ${error.message}`));
    })
      .on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message))
      .end();
  });
}

const streams = Array.from({ length: order.streams }, (_, place) => listen(place));
const waiting = Array.from({ length: order.waiting }, async () => {
  while (!over) await visit('slow');
});
const asked: Promise<void>[] = [];
const startedAt = sharedNow();
const load = setInterval(() => {
  const gapMs = 1000 / order.perSecond;
  while (startedAt + asked.length * gapMs <= sharedNow())
    asked.push(visit('api', startedAt + asked.length * gapMs));
}, 2);

process.on('message', async () => {
  over = true;
  clearInterval(load);
  await Promise.all([...asked, ...waiting, ...streams]);
  writeFileSync(order.file, JSON.stringify({ visits, streamEnds, standstills }));
  process.exit(0);
});
process.on('disconnect', () => process.exit(1));
process.send?.('started');
