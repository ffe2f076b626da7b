// `open-client.ts FILE`: sends a scenario's load to a port, open loop, and prints what became of each request.
import { readFileSync } from 'node:fs';
import { seededRandom } from '@spillway/random';
import { Agent } from 'undici';
import type { ClientGroup, Phase } from '../scenario.ts';
import { arrivalsOf } from './arrivals.ts';
import { Visit, type VisitEnd } from './visit.ts';

/** What the file says, as JSON. */
export interface ClientOrder {
  readonly port: number;
  readonly groups: readonly ClientGroup[];
  readonly phases: readonly Phase[];
  readonly seconds: number;
  readonly seed: number;
}

/** Group, when it was due, how long it took (ms), how it ended, requests sent: one array a line. */
export type VisitLine = readonly [
  group: number,
  at: number,
  tookMs: number,
  end: VisitEnd,
  sent: number,
];

const { port, groups, phases, seconds, seed }: ClientOrder = JSON.parse(
  readFileSync(process.argv[2] as string, 'utf8'),
);
// As many connections as there are clients, kept like those of browsers and services.
const agent = new Agent({ connections: null, pipelining: 1, keepAliveTimeout: 20_000 });
const dispatcher = {
  dispatch: (options: object, handler: object) =>
    agent.dispatch({ origin: `http://127.0.0.1:${port}`, ...options } as never, handler as never),
} as unknown as Agent;
const arrivals = arrivalsOf(groups, phases, seconds, seededRandom(seed));
const lines: VisitLine[] = [];
const startedAt = performance.now();
let underWay = 0;
let next = 0;

function visit(at: number, index: number): void {
  const group = groups[index] as ClientGroup;
  let sent = 0;
  const send = (lateMs: number) => {
    sent += 1;
    new Visit(dispatcher, group, lateMs, (end) => {
      // Not within the call back that tells of the failure.
      if (end !== 'good' && sent <= group.resends) setImmediate(send, 0);
      else finish([index, at, performance.now() - startedAt - at, end, sent]);
    });
  };
  underWay += 1;
  send(performance.now() - startedAt - at);
}

function finish(line: VisitLine): void {
  lines.push(line);
  underWay -= 1;
  if (underWay === 0 && next === arrivals.length) report();
}

function sendDue(): void {
  const now = performance.now() - startedAt;
  for (let due = arrivals[next]; due !== undefined && due.at <= now; due = arrivals[next]) {
    next += 1;
    visit(due.at, due.group);
  }
  if (next < arrivals.length) setTimeout(sendDue, 1);
}

function report(): void {
  process.stdout.write(`${lines.map((line) => JSON.stringify(line)).join('\n')}\n`, () => {
    process.exit(0);
  });
}

sendDue();
