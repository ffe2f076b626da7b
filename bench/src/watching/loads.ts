import type { Child } from '../process/child.ts';
import type { Pinning } from '../process/pin.ts';
import { runWrk } from '../wrk.ts';
import { Asker } from './asker.ts';

/** What the proxy has to do while it is watched. */
export interface Load {
  readonly name: string;
  /** Polls a second at which watched slices are measured: two, as twice as many have to cost twice as much. */
  readonly paces: readonly number[];
  /** What is alike in watched and unwatched slices: polls cost time, or, where none is left over, requests. */
  readonly per: 'request' | 'second';
  start(proxy: Child, seconds: number): Running;
}

interface Running {
  /** Resolves when the load has ended; rejects when it ended early or failed. */
  stop(): Promise<void>;
}

const path = '/bench';

/** As much as the proxy can take. A poll is some requests' worth there: it takes many to be seen. */
export function fullLoad(connections: number, pins: Pinning): Load {
  return {
    name: 'full',
    paces: [50, 200],
    per: 'request',
    start(proxy, seconds) {
      let ended = false;
      const url = `http://127.0.0.1:${proxy.port}${path}`;
      const running = runWrk(
        { url, seconds, connections, postBytes: undefined },
        pins.load,
      ).finally(() => {
        ended = true;
      });
      return {
        async stop() {
          if (ended)
            throw new Error('the load ended before the measurement: is the machine too busy?');
          const { badStatuses, socketErrors } = await running;
          if (badStatuses + socketErrors > 0) throw new Error('some requests of the load failed');
        },
      };
    },
  };
}

/** So many requests a second, whatever the proxy could take. */
export function pacedLoad(perSecond: number): Load {
  return {
    name: `${perSecond}/s`,
    paces: [20, 80],
    per: 'second',
    start: ({ port }) => new Asker({ port, paths: [path], headers: {}, perSecond }),
  };
}
