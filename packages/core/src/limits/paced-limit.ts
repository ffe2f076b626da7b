import { AimdLimit } from './aimd-limit.ts';
import { CallOrder, slotNumbers } from './call-order.ts';
import type { ConcurrencyLimit, LimitChange, SampleOutcome } from './concurrency-limit.ts';
import type { LimitOptions } from './limit-options.ts';
import { SlotLimit } from './slot-limit.ts';

/** So many good responses in a row, while the limit is used, tell how fast they come. */
const paceCalls = 40;
/**
 * Faster than this they are many, slower few. In between it stays as it is: where long calls leave little room for short ones, these come
 * slowly for a while, and windows know better what a mixture is.
 */
const [manyMs, fewMs] = [2000, 20_000];

/**
 * By the pace of the calls: from single calls (`SlotLimit`) while they are few and long, from windows of hundreds (`AimdLimit`)
 * once these fill within seconds.
 */
export class PacedLimit implements ConcurrencyLimit {
  readonly #options: LimitOptions;
  readonly #order: CallOrder;
  #inCharge: SlotLimit | AimdLimit;
  #stated: number | null = null;
  #lastChange: LimitChange | null = null;
  #paceFrom = Number.NaN;
  #calls = 0;

  constructor(options: LimitOptions) {
    this.#options = options;
    this.#order = new CallOrder(slotNumbers(options.max));
    this.#inCharge = new SlotLimit(options, this.#order);
  }

  get limit(): number {
    return this.#inCharge.limit;
  }

  get lastChange(): LimitChange | null {
    return this.#inCharge.lastChange ?? this.#lastChange;
  }

  onStart(startedAt: number): number {
    return this.#order.add(startedAt);
  }

  onFirstByte(call: number, now: number): boolean {
    return this.#inCharge instanceof SlotLimit && this.#inCharge.onFirstByte(call, now);
  }

  onHeld(call: number, until: number): void {
    this.#order.hold(call, until);
  }

  onSample(
    startedAt: number,
    endedAt: number,
    inFlight: number,
    outcome: SampleOutcome,
    flow = 0,
    call = -1,
  ): boolean {
    const inCharge = this.#inCharge;
    const moved = inCharge.onSample(startedAt, endedAt, inFlight, outcome, flow, call);
    if (inCharge instanceof AimdLimit) this.#order.removeCall(call, endedAt);
    if (outcome === 'success') this.#pace(endedAt, inFlight);
    return moved;
  }

  onStatedCapacity(capacity: number | null, now: number): boolean {
    this.#stated = capacity;
    return this.#inCharge.onStatedCapacity(capacity, now);
  }

  #pace(now: number, inFlight: number): void {
    // What comes while little is asked for says nothing of how fast it could.
    if (Number.isNaN(this.#paceFrom) || 2 * inFlight < this.limit) {
      this.#paceFrom = now;
      this.#calls = 0;
      return;
    }
    this.#calls++;
    if (this.#calls < paceCalls) return;
    const tookMs = now - this.#paceFrom;
    this.#paceFrom = now;
    this.#calls = 0;
    if (tookMs < manyMs && this.#inCharge instanceof SlotLimit) this.#handOver('windows', now);
    else if (tookMs > fewMs && this.#inCharge instanceof AimdLimit) this.#handOver('slots', now);
  }

  #handOver(to: 'slots' | 'windows', now: number): void {
    this.#lastChange = this.lastChange;
    const options = { ...this.#options, initial: this.limit };
    this.#inCharge = to === 'slots' ? new SlotLimit(options, this.#order) : new AimdLimit(options);
    if (this.#stated !== null) this.#inCharge.onStatedCapacity(this.#stated, now);
  }
}
