import type { Instance } from '../instance/instance.ts';
import type { Service } from '../service/service.ts';
import type { PermitsByService } from './messages.ts';
import { PermitShare } from './permit-share.ts';

/** What changes hands now, by name of the service. */
interface TransfersByService {
  readonly toBefore: PermitsByService;
  readonly toAfter: PermitsByService;
  readonly wanted: PermitsByService;
}

/** The shares of all services of this process. It has none while no other generation of it is there. */
export class SharedPermits {
  readonly #instance: Instance;
  readonly #shares = new Map<string, PermitShare>();
  /** What the process before still owns of services that this one does not have; null: there is none. */
  #ownedBefore: Map<string, number> | null = null;
  /** Services of the process after; null: there is none. */
  #after: ReadonlySet<string> | null = null;

  constructor(instance: Instance) {
    this.#instance = instance;
  }

  /** The process before says its limits, and what of them is ours. To be called before the first request. */
  succeed(limits: PermitsByService, permits: PermitsByService): void {
    this.#ownedBefore = new Map(Object.entries(limits));
    this.follow();
    this.fromBefore(permits, {});
  }

  /** A process after, which has these services, is about to serve: what it is told of the limits. */
  precede(services: readonly string[]): { limits: PermitsByService; permits: PermitsByService } {
    for (const service of this.#instance.everyService) this.#include(service);
    this.#after = new Set(services);
    const permits: Record<string, number> = {};
    const limits: Record<string, number> = {};
    for (const [name, share] of this.#shares) {
      permits[name] = share.precede(this.#after.has(name) ? 'half' : 'none');
      limits[name] = share.whole;
    }
    return { limits, permits };
  }

  /** A reload gave the process after other services. What it owns of those that it lost may be asked back. */
  afterHas(services: readonly string[]): void {
    if (this.#after !== null) this.#after = new Set([...this.#after, ...services]);
  }

  /** To be called after a reload: services may have come. */
  follow(): void {
    if (this.#ownedBefore === null && this.#after === null) return;
    for (const service of this.#instance.everyService) this.#include(service);
  }

  /** The process that serves has these limits by now. */
  keepTo(limits: PermitsByService): void {
    for (const [name, limit] of Object.entries(limits)) this.#shares.get(name)?.keepTo(limit);
  }

  fromBefore(permits: PermitsByService, wanted: PermitsByService): void {
    for (const [name, count] of Object.entries(permits)) {
      const owned = this.#ownedBefore?.get(name);
      if (owned !== undefined) this.#ownedBefore?.set(name, Math.max(0, owned - count));
    }
    for (const [name, share] of this.#shares) {
      share.fromBefore(numberOf(permits, name), numberOf(wanted, name));
    }
  }

  fromAfter(permits: PermitsByService): void {
    for (const [name, share] of this.#shares) share.fromAfter(numberOf(permits, name));
  }

  beforeIsGone(): void {
    this.#ownedBefore = null;
    for (const share of this.#shares.values()) share.beforeIsGone();
    this.#forgetIfAlone();
  }

  afterIsGone(): void {
    this.#after = null;
    for (const share of this.#shares.values()) share.afterIsGone();
    this.#forgetIfAlone();
  }

  balance(): TransfersByService {
    const { clientSockets, exchanges } = this.#instance;
    const idle = Math.max(0, clientSockets.size - exchanges.size);
    const toBefore: Record<string, number> = {};
    const toAfter: Record<string, number> = {};
    const wanted: Record<string, number> = {};
    for (const [name, share] of this.#shares) {
      const transfers = share.balance(idle, this.#after?.has(name));
      if (transfers.toBefore > 0) toBefore[name] = transfers.toBefore;
      if (transfers.toAfter > 0) toAfter[name] = transfers.toAfter;
      if (transfers.wanted > 0) wanted[name] = transfers.wanted;
    }
    return { toBefore, toAfter, wanted };
  }

  #include({ name, limit, permits }: Service): void {
    const known = this.#shares.get(name);
    if (known !== undefined) {
      known.moveTo(limit, permits);
      return;
    }
    const share = new PermitShare(limit, permits);
    this.#shares.set(name, share);
    if (this.#ownedBefore !== null) share.succeed(this.#ownedBefore.get(name) ?? 0);
    // It came with a reload after the successor was told the limits: that one takes all of it for its own.
    if (this.#after !== null) share.precede(this.#after.has(name) ? 'all' : 'none');
  }

  #forgetIfAlone(): void {
    if (this.#ownedBefore === null && this.#after === null) this.#shares.clear();
  }
}

const numberOf = (permits: PermitsByService, name: string): number =>
  Object.hasOwn(permits, name) ? (permits[name] as number) : 0;
