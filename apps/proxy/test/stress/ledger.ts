import type { Outcome } from '@spillway/contracts';
import type { ProxyEvents } from '../../src/observe/events.ts';

/**
 * What a client saw of its request: the upstream's whole answer, an answer of the proxy's with its
 * outcome, an answer that broke off, or nothing more, because it left.
 */
export type Sight = 'whole' | 'upstream_error' | 'cut' | 'left' | Outcome;

/** Outcomes that go with an answer that broke off. */
const cutOutcomes: readonly Outcome[] = [
  'http_response_incomplete',
  'connection_read_timeout',
  'http_response_timeout',
];

/** Both sides of every request: what the client saw, and what the proxy says that it was. */
export class Ledger {
  readonly seen = new Map<string, Sight>();
  readonly told = new Map<string, Outcome>();
  /** Ids that the proxy finished twice, or that nobody asked with. */
  readonly faults: string[] = [];
  /** Bytes that were no request, and were answered with 400. */
  unreadable = 0;
  #asked = 0;

  constructor(events: ProxyEvents) {
    events.on('request_finished', ({ id, outcome }) => {
      if (this.told.has(id)) this.faults.push(`${id} finished twice`);
      if (!this.seen.has(id)) this.faults.push(`${id} was never asked`);
      this.told.set(id, outcome as Outcome);
    });
  }

  get asked(): number {
    return this.#asked;
  }

  /** A new request, which its client takes for left until it has seen something else. */
  open(): string {
    this.#asked += 1;
    const id = `r${this.#asked}`;
    this.seen.set(id, 'left');
    return id;
  }

  saw(id: string, sight: Sight): void {
    this.seen.set(id, sight);
  }

  /** Requests whose two sides don't agree. */
  disagreements(): string[] {
    const found = [...this.faults];
    for (const [id, sight] of this.seen) {
      const outcome = this.told.get(id);
      if (outcome === undefined) found.push(`${id} never finished, seen: ${sight}`);
      else if (!agree(sight, outcome)) found.push(`${id} is ${outcome}, seen: ${sight}`);
    }
    return found;
  }

  /** How often each was seen. */
  sights(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const sight of this.seen.values()) counts[sight] = (counts[sight] ?? 0) + 1;
    return counts;
  }
}

function agree(sight: Sight, outcome: Outcome): boolean {
  switch (sight) {
    case 'whole':
      return outcome === 'ok';
    case 'cut':
      return cutOutcomes.includes(outcome);
    case 'left':
      return true;
    default:
      return sight === outcome;
  }
}
