import { requireWhole } from '../check-number.ts';

/**
 * What a target is taken for before its first check. `up` and `down` believe the first result; `fully_up` and
 * `fully_down` want as many in a row as later changes do (as `init-state` in HAProxy).
 */
export type InitialHealth = 'fully_up' | 'up' | 'down' | 'fully_down';

export interface HealthStateOptions {
  /** Good checks in a row that bring a target up. */
  readonly rise: number;
  /** Bad checks in a row that take it down. */
  readonly fall: number;
  readonly initial: InitialHealth;
}

export type HealthChange = 'up' | 'down';

const mostInARow = 1000;

/** What its checks say of one target. */
export class HealthState {
  readonly #rise: number;
  readonly #fall: number;
  #up: boolean;
  /** Results in a row that contradict the state. */
  #against: number;
  #changedAt: number;

  constructor({ rise, fall, initial }: HealthStateOptions, now: number) {
    this.#rise = requireWhole('rise', rise, 1, mostInARow);
    this.#fall = requireWhole('fall', fall, 1, mostInARow);
    this.#up = initial === 'up' || initial === 'fully_up';
    const isHasty = initial === 'up' || initial === 'down';
    this.#against = isHasty ? this.#needed - 1 : 0;
    this.#changedAt = now;
  }

  get up(): boolean {
    return this.#up;
  }

  /** When it came to its state, ms; at first, when the checks began. */
  get changedAt(): number {
    return this.#changedAt;
  }

  /** Results in a row that would change the state if as many more came as it takes; 0 when all is as it was. */
  get against(): number {
    return this.#against;
  }

  /** What the result changes; null: nothing. */
  onResult(ok: boolean, now: number): HealthChange | null {
    if (ok === this.#up) {
      this.#against = 0;
      return null;
    }
    this.#against += 1;
    if (this.#against < this.#needed) return null;
    this.#up = ok;
    this.#against = 0;
    this.#changedAt = now;
    return ok ? 'up' : 'down';
  }

  get #needed(): number {
    return this.#up ? this.#fall : this.#rise;
  }
}
