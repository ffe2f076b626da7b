import type { SimulatedEvent } from './event-queue.ts';
import type { Call, CallEnding, FrontDoor, OpenCall } from './front-door.ts';
import type { Ledger } from './ledger.ts';
import type { ClientGroup } from './scenario.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What one client wants once: sent, waited for with patience, and perhaps sent again. */
export class ClientRequest implements Call {
  readonly group: ClientGroup;
  readonly serviceMs: number;
  readonly bornMs: number;
  sends = 0;
  attempts = 0;
  queueWaitMs = 0;
  /** When the last sending of it was. */
  sentMs = 0;
  readonly #door: FrontDoor;
  readonly #time: VirtualTime;
  readonly #ledger: Ledger;
  #open: OpenCall | null = null;
  #patience: SimulatedEvent | null = null;

  constructor(options: {
    group: ClientGroup;
    serviceMs: number;
    door: FrontDoor;
    time: VirtualTime;
    ledger: Ledger;
  }) {
    this.group = options.group;
    this.serviceMs = options.serviceMs;
    this.#door = options.door;
    this.#time = options.time;
    this.#ledger = options.ledger;
    this.bornMs = options.time.now();
  }

  send(): void {
    const { patienceMs } = this.group;
    this.sends++;
    this.sentMs = this.#time.now();
    if (patienceMs < Infinity) {
      this.#patience = this.#time.after(patienceMs, () => this.#onPatienceOver());
    }
    const sending = this.sends;
    const open = this.#door.open(this);
    // It may have ended at once, and even have been sent again.
    if (this.sends === sending) this.#open = open;
  }

  onEnding(ending: CallEnding): void {
    this.#time.cancel(this.#patience);
    this.#after(ending);
  }

  #onPatienceOver(): void {
    if (this.#open !== null) this.#after(this.#open.leave());
  }

  #after({ outcome, queueWaitMs, attempts }: CallEnding): void {
    this.#open = null;
    this.attempts += attempts;
    this.queueWaitMs += queueWaitMs;
    if (outcome !== 'ok' && this.sends <= this.group.resends) this.send();
    else this.#ledger.ended(this, outcome, this.#time.now());
  }
}
