import type { Exchange } from '../exchange.ts';

/** A way in which a backend goes wrong. */
export interface Fault {
  name: string;
  summary: string;
  /** Plays after the work is done. `answer`: go on with the usual answer; `done`: nothing more to send. */
  play(exchange: Exchange): Promise<Verdict>;
}

type Verdict = 'answer' | 'done';
