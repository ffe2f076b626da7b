import { setTimeout as delay } from 'node:timers/promises';
import type { TargetProcess } from './backends.ts';

/** What befalls one of three targets; resolves when it is over. */
export interface Trouble {
  readonly name: string;
  readonly what: string;
  play(target: TargetProcess, ms: number): Promise<void>;
}

const lasting =
  (fields: Readonly<Record<string, unknown>>): Trouble['play'] =>
  async (target, ms) => {
    await target.change(fields);
    await delay(ms);
    await target.mend();
  };

const flapMs = 500;

/** Adding one is an entry here. */
export const troubles: readonly Trouble[] = [
  {
    name: 'killed',
    what: 'its process is killed, and started again',
    play: async (target, ms) => {
      await target.kill();
      await delay(ms);
      await target.revive();
    },
  },
  { name: 'hung', what: 'it responds to nothing', play: lasting({ fault: 'hang' }) },
  { name: 'slow', what: 'it takes ten times as long', play: lasting({ latency: '200ms' }) },
  {
    name: 'flapping',
    what: 'it resets every connection for half of each second',
    play: async (target, ms) => {
      for (let at = 0; at < ms; at += 2 * flapMs) {
        await target.change({ fault: 'reset' });
        await delay(flapMs);
        await target.mend();
        await delay(flapMs);
      }
    },
  },
  {
    name: 'quick-500',
    what: 'it responds 500 within 1 ms, and to its checks too',
    play: lasting({ status: '500', latency: '1ms' }),
  },
];
