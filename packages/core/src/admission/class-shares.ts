import { requireWhole } from '../check-number.ts';

export interface PriorityClass {
  /** Share of the limit, 0 to 1, that no other class may take, used or not. */
  readonly reservedShare: number;
  /** Beyond the shares, whoever waits in a class of higher precedence goes first. */
  readonly precedence: number;
}

/** One class and nothing reserved. */
export const oneClass: readonly PriorityClass[] = [{ reservedShare: 0, precedence: 0 }];

/**
 * Which class may take the next permit. What is reserved is left free in advance: a share enforced only
 * at the limit either overshoots it or waits for others to finish.
 */
export class ClassShares {
  readonly classes: readonly PriorityClass[];
  /** Indices of the classes, highest precedence first. */
  readonly byPrecedence: readonly number[];
  readonly inFlight: number[];
  readonly #reserved: number[];

  constructor(classes: readonly PriorityClass[], limit: number) {
    requireWhole('classes', classes.length, 1, 256);
    const shares = classes.map(({ reservedShare }) => reservedShare);
    const total = shares.reduce((sum, share) => sum + share, 0);
    if (shares.some((share) => !(share >= 0)) || total > 1 + 1e-9) {
      throw new RangeError(`reservedShare must be at least 0, and all together at most 1`);
    }
    this.classes = classes;
    this.byPrecedence = classes
      .map((_, index) => index)
      .sort((a, b) => classes[b]!.precedence - classes[a]!.precedence || a - b);
    this.inFlight = classes.map(() => 0);
    this.#reserved = shares;
    this.setLimit(limit);
  }

  /** Permits that no other class may take, by class. */
  get reserved(): readonly number[] {
    return this.#reserved;
  }

  /** Rounded down: together they never exceed the limit. */
  setLimit(limit: number): void {
    this.#reserved.splice(
      0,
      Infinity,
      ...this.classes.map(({ reservedShare }) => Math.floor(reservedShare * limit + 1e-9)),
    );
  }

  /** Whether a class may take one of `free` permits: out of its own share, or of what is nobody's. */
  mayTake(priority: number, free: number): boolean {
    if (free <= 0) return false;
    const belowReserve = this.inFlight[priority]! < this.#reserved[priority]!;
    return belowReserve || free > this.#keptForOthers(priority);
  }

  #keptForOthers(priority: number): number {
    let kept = 0;
    for (let other = 0; other < this.#reserved.length; other++) {
      if (other === priority) continue;
      kept += Math.max(0, this.#reserved[other]! - this.inFlight[other]!);
    }
    return kept;
  }
}
