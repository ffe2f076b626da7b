import type { Instance } from '../instance/instance.ts';
import { type Channel, type Message, send } from './messages.ts';
import { SharedControls } from './shared-controls.ts';
import { SharedPermits } from './shared-permits.ts';

/** Permits that come free in one process may be used in the other within this. */
const balanceEveryMs = 10;

/**
 * This process among the others of the same proxy, while they are there: the one that it succeeds (before), and the one
 * that succeeds it (after). They keep the limits together, and what is paused or drained.
 */
export class Generations {
  readonly #instance: Instance;
  readonly #permits: SharedPermits;
  readonly #controls: SharedControls;
  #before: Channel | null = null;
  #after: Channel | null = null;
  #wanted = '{}';
  #ticking: NodeJS.Timeout | undefined;

  constructor(instance: Instance) {
    this.#instance = instance;
    this.#permits = new SharedPermits(instance);
    this.#controls = new SharedControls(instance, (control) => {
      for (const channel of [this.#before, this.#after])
        send(channel, { kind: 'control', control });
    });
    instance.events.on('reloaded', () => {
      this.#permits.follow();
      send(this.#before, { kind: 'services', services: this.services });
      this.#tellLimits();
    });
  }

  get services(): string[] {
    return this.#instance.services.map(({ name }) => name);
  }

  /** The process before gives the word to begin. To be called before the first request. */
  succeed(before: Channel, { limits, permits, controls }: Message & { kind: 'begin' }): void {
    this.#permits.succeed(limits, permits);
    this.#controls.apply(controls);
    this.#before = before;
    this.#tellLimits();
    this.#balance();
    this.#tick();
  }

  /** A successor is ready to serve these services: tells it to begin. */
  precede(after: Channel, services: readonly string[]): void {
    const controls = this.#controls.inForce;
    this.#after = after;
    send(after, { kind: 'begin', ...this.#permits.precede(services), controls });
  }

  /** The successor accepts, and this process doesn't: from now on it keeps only the permits that it needs. */
  retire(): void {
    this.#tick();
  }

  heardBefore(message: Message): void {
    if (message.kind === 'control') this.#controls.apply([message.control]);
    else if (message.kind === 'permits') {
      this.#permits.fromBefore(message.permits, message.wanted);
      this.#balance();
    }
  }

  heardAfter(message: Message): void {
    if (message.kind === 'control') this.#controls.apply([message.control]);
    else if (message.kind === 'services') this.#permits.afterHas(message.services);
    else if (message.kind === 'limits') {
      this.#permits.keepTo(message.limits);
      send(this.#before, message);
    } else if (message.kind === 'permits') {
      this.#permits.fromAfter(message.permits);
      this.#balance();
    }
  }

  beforeIsGone(): void {
    this.#before = null;
    this.#permits.beforeIsGone();
    this.#rest();
  }

  /** It failed, and what it held is given back: it has ended. */
  afterIsGone(): void {
    this.#after = null;
    this.#permits.afterIsGone();
    this.#rest();
  }

  #tellLimits(): void {
    const limits = this.#instance.services.map(({ name, limit }) => [name, limit.whole]);
    send(this.#before, { kind: 'limits', limits: Object.fromEntries(limits) });
  }

  #tick(): void {
    this.#ticking ??= setInterval(() => this.#balance(), balanceEveryMs).unref();
  }

  #rest(): void {
    if (this.#before !== null || this.#after !== null) return;
    clearInterval(this.#ticking);
    this.#ticking = undefined;
    this.#wanted = '{}';
  }

  #balance(): void {
    const { toBefore, toAfter, wanted } = this.#permits.balance();
    if (hasAny(toBefore)) send(this.#before, { kind: 'permits', permits: toBefore, wanted: {} });
    const newlyWanted = JSON.stringify(wanted);
    if (hasAny(toAfter) || newlyWanted !== this.#wanted) {
      this.#wanted = newlyWanted;
      send(this.#after, { kind: 'permits', permits: toAfter, wanted });
    }
  }
}

const hasAny = (permits: object): boolean => Object.keys(permits).length > 0;
