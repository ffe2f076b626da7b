import { stripVTControlCharacters } from 'node:util';
import { succeedsVariable } from '../system/inherited-sockets.ts';
import type { Generations } from './generations.ts';
import { type Message, send } from './messages.ts';

/** Read before the start takes it out of the environment; other parents (PM2 …) may have a pipe to us too. */
const succeeds = Number(process.env[succeedsVariable]) === process.ppid;

/** The process that started this one to be its successor, at the other end of the pipe between them. */
export class Predecessor {
  /** Resolves when it has ended, its requests with it. */
  readonly #gone: Promise<void>;

  constructor() {
    this.#gone = new Promise((resolve) => {
      process.once('disconnect', resolve);
      if (!process.connected) resolve();
    });
  }

  /** Waits for the word to begin, with what is left of the limits by then. Rejects when it ends before. */
  takeOver(generations: Generations): Promise<void> {
    return new Promise((resolve, reject) => {
      const onGone = () => reject(new Error('the process that it was to succeed has ended'));
      process.once('disconnect', onGone);
      process.on('message', (message: Message) => {
        if (message.kind !== 'begin') {
          generations.heardBefore(message);
          return;
        }
        process.off('disconnect', onGone);
        process.once('disconnect', () => generations.beforeIsGone());
        generations.succeed(process, message);
        // It is not the pipe that keeps this process alive.
        process.channel?.unref();
        resolve();
      });
      send(process, { kind: 'ready', services: generations.services });
      if (!process.connected) onGone();
    });
  }

  /** Waits until it has ended, and for no longer than that. */
  async goneWithin(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([this.#gone, late]);
    clearTimeout(timer);
  }

  /** From now on it accepts no more. */
  serving(): void {
    send(process, { kind: 'serving' });
  }
}

/** Tells the process that started this one why it ends instead of serving; nothing where none did. */
export function tellPredecessor(why: string): void {
  if (!succeeds) return;
  send(process, { kind: 'failed', why: stripVTControlCharacters(why) });
  // What is written still goes out; then it is not the pipe that keeps this process alive.
  process.channel?.unref();
}
