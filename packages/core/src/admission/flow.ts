import type { Lane } from './lane.ts';
import { ServiceTimes } from './service-times.ts';

/** Few, so that a key whose calls change is soon known anew; 256 bytes a key. */
const remembered = 32;

/**
 * One key's requests, as a limiter sees them: a tenant, a route, a model. Interned by the limiter, so that
 * asking for a permit in its name allocates nothing. Its fields are the limiter's.
 */
export class Flow {
  readonly key: string;
  readonly service = new ServiceTimes(remembered);
  /** Its place in each class, once it had to wait there. */
  readonly lanes: Lane[] = [];
  inFlight = 0;
  waiting = 0;
  /** Where its backend time ends on the fair clock, ms. */
  finish = 0;
  /** Band of its service time; see `Headroom`. */
  band = -1;
  /** The last while in which it asked for anything; see `Headroom`. */
  epoch = -1;
  /** Asked for again since the table last looked for one to drop. */
  recent = false;

  constructor(key: string) {
    this.key = key;
  }

  get idle(): boolean {
    return this.inFlight === 0 && this.waiting === 0;
  }
}
