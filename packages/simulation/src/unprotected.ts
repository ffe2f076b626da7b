import { outcomeOfResponse, type Random } from '@spillway/core';
import type { BackendEnding, Job, SimulatedBackend } from './backend.ts';
import type { Call, CallEnding, FrontDoor, OpenCall } from './front-door.ts';

/** Forwards whatever comes, as soon as it comes: the control of every comparison. */
export class Unprotected implements FrontDoor {
  readonly queued = 0;
  readonly #backend: SimulatedBackend;
  readonly #luck: Random;

  constructor(backend: SimulatedBackend, luck: Random) {
    this.#backend = backend;
    this.#luck = luck;
  }

  open(call: Call): OpenCall {
    return new Forwarded(call, this.#backend, this.#luck());
  }
}

class Forwarded implements Job, OpenCall {
  readonly serviceMs: number;
  readonly luck: number;
  readonly #call: Call;
  readonly #backend: SimulatedBackend;

  constructor(call: Call, backend: SimulatedBackend, luck: number) {
    this.serviceMs = call.serviceMs;
    this.luck = luck;
    this.#call = call;
    this.#backend = backend;
    backend.send(this);
  }

  onEnding(ending: BackendEnding): void {
    const outcome =
      typeof ending === 'string'
        ? ending
        : outcomeOfResponse({ status: ending, looped: false, retry: null });
    this.#call.onEnding({ outcome, queueWaitMs: 0, attempts: 1 });
  }

  leave(): CallEnding {
    this.#backend.abandon(this);
    return { outcome: 'client_gone', queueWaitMs: 0, attempts: 1 };
  }
}
