import { type MetricsSnapshot, serviceNames, snapshotOfService } from '@spillway/contracts';
import type { Answer } from '../ask/answer.ts';
import type { KeptHistory } from './kept-history.ts';
import type { Watch } from './watch.ts';
import { Watcher } from './watcher.ts';

/** An hour of so many fits in the memory of a tab; of more, only those that were opened have a history. */
const mostUnopened = 20;

/** Watches all services together, and each as a proxy of its own. No timers, no network. */
export class Watchers {
  readonly #kept: (service: string | null) => KeptHistory | null;
  readonly #all: Watcher;
  readonly #services = new Map<string, Watcher>();

  /** Goes on with what an earlier page saw, where that was kept. */
  constructor(kept: (service: string | null) => KeptHistory | null = () => null) {
    this.#kept = kept;
    this.#all = new Watcher(kept(null));
  }

  get all(): Watch {
    return this.#all.watch;
  }

  /** Null where there is no such service. Before the first answer nobody knows. */
  of(service: string): Watch | null {
    const { snapshot, answeredAt } = this.all;
    if (snapshot === null || answeredAt === null) return this.all;
    const now = snapshotOfService(snapshot, service);
    if (now === null) return null;
    const known = this.#services.get(service);
    if (known !== undefined) return known.watch;
    return this.#open(service).take({ kind: 'answer', value: now }, answeredAt);
  }

  take(answer: Answer<MetricsSnapshot>, at: number): Watch {
    const all = this.#all.take(answer, at);
    if (answer.kind === 'failure') {
      for (const watcher of this.#services.values()) watcher.take(answer, at);
      return all;
    }
    const names = serviceNames(answer.value);
    for (const name of this.#services.keys()) {
      if (!names.includes(name)) this.#services.delete(name);
    }
    const watched = names.length > mostUnopened ? this.#services.keys() : names;
    for (const name of [...watched]) {
      const value = snapshotOfService(answer.value, name) as MetricsSnapshot;
      (this.#services.get(name) ?? this.#open(name)).take({ kind: 'answer', value }, at);
    }
    return all;
  }

  #open(service: string): Watcher {
    const watcher = new Watcher(this.#kept(service));
    this.#services.set(service, watcher);
    return watcher;
  }
}
