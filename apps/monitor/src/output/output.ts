import type { Reading } from '../poll/reading.ts';
import type { Watch } from '../watch/watch.ts';
import type { WatchedProxy } from '../watch/watched-proxy.ts';

/** Where what is known goes. Every way is a file beside this one. */
export interface Output {
  /** After each reading; `proxy` is the one that it was of. */
  show(reading: Reading, proxy: WatchedProxy, watch: Watch): void;
  /** At the end; gives back what was taken, such as the terminal. */
  close(watch: Watch): void;
}
