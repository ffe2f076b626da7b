import type { PeerName } from '../peers/index.ts';
import type { Pinning } from '../process/pin.ts';
import { runWrk } from '../wrk.ts';

/** What was done in one measurement. */
export interface Work {
  /** Requests, events or messages that came back whole. */
  readonly units: number;
  readonly seconds: number;
  /** Of the units that have a response time; 0 for the others. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failures: number;
}

/** The clients of one scenario at one proxy; what `start` did to get there costs nothing. */
export interface Session {
  measure(seconds: number): Promise<Work>;
  close(): Promise<void>;
}

/** One kind of load, alike for every proxy. */
export interface Scenario {
  readonly name: string;
  readonly what: string;
  /** What CPU time is divided by. */
  readonly unit: 'request' | 'event' | 'message';
  /** Connections that the proxies may need to the upstream. */
  readonly connections: number;
  /** The exchange that every proxy has to pass on rightly before it is measured; null: the session itself shows it. */
  readonly check: { readonly answerBytes: number; readonly postBytes: number | undefined } | null;
  /** Proxies that can't do it. */
  readonly without?: readonly PeerName[];
  start(port: number, pins: Pinning): Promise<Session>;
}

/** Where the upstream answers with so many bytes. */
export const pathOf = (answerBytes: number): string => `/bytes/${answerBytes}`;

export interface WrkScenario {
  readonly name: string;
  readonly what: string;
  readonly answerBytes: number;
  readonly postBytes?: number;
  readonly connections: number;
  readonly fields?: Readonly<Record<string, string>>;
  /** Opened beside wrk's own. */
  readonly beside?: (port: number, pins: Pinning) => Promise<{ close(): Promise<void> }>;
}

/** Requests of wrk, each connection its next one as soon as the one before is answered. */
export const wrkScenario = (of: WrkScenario): Scenario => ({
  name: of.name,
  what: of.what,
  unit: 'request',
  connections: of.connections,
  check: { answerBytes: of.answerBytes, postBytes: of.postBytes },
  async start(port, pins) {
    const beside = await of.beside?.(port, pins);
    const { connections, postBytes, fields } = of;
    const url = `http://127.0.0.1:${port}${pathOf(of.answerBytes)}`;
    return {
      async measure(seconds) {
        const result = await runWrk({ url, seconds, connections, postBytes, fields }, pins.load);
        return {
          units: result.requests - result.badStatuses,
          seconds: result.seconds,
          p50Ms: result.p50Ms,
          p99Ms: result.p99Ms,
          failures: result.badStatuses + result.socketErrors,
        };
      },
      close: async () => beside?.close(),
    };
  },
});
