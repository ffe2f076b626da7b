import type { Server, Socket } from 'node:net';

/** What speaks with clients, whichever engine it is. It tells of each by the event `connection`, and never listens. */
export interface FrontServer extends Server {
  /**
   * Serves a connection that others have accepted, paused, or have shaken hands on. `ahead`: read of it already, and its
   * first bytes. Returns the socket that is served, which may be another object in its place.
   */
  serve(socket: Socket, ahead: Buffer): Socket;
  /** Closes the connections on which no request is under way. */
  closeIdleConnections(): void;
  /** Ends, in stages, those that are idle and `isDue`; asks only about those that are idle. */
  endIdleConnections(isDue: (socket: Socket) => boolean): void;
}
