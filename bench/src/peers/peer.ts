import type { RequestListener } from 'node:http';

/** What a peer has to know of the run. */
export interface PeerTarget {
  /** Such as `http://127.0.0.1:9000`. */
  url: string;
  /** Connections that the load opens; a peer may open as many to the upstream. */
  connections: number;
}

/**
 * A proxy to measure, in a process of its own. `listener`: a handler for a node:http server that the
 * bench starts. `command`: a program that listens on the port it is given; it is left out where what it `needs` is missing.
 */
export type Peer =
  | { kind: 'listener'; listener(target: PeerTarget): RequestListener }
  | { kind: 'command'; needs?: string; command(target: PeerTarget, port: number): string[] };
