/** The family of what is no IP address but the path of a Unix socket. */
export const unixFamily = 1;

/** An IP address of a target, or the path of its socket. */
export interface Address {
  readonly address: string;
  /** 4, 6 or `unixFamily`. */
  readonly family: number;
}

/**
 * The order in which to try addresses: families alternate (RFC 8305 section 4), and within each the `turn` moves
 * on, so that connections spread over all addresses of a name.
 */
export function orderAddresses(
  addresses: readonly Address[],
  firstFamily: number,
  turn: number,
): readonly Address[] {
  if (addresses.length < 2) return addresses;
  const [first, other] = [
    rotate(
      addresses.filter(({ family }) => family === firstFamily),
      turn,
    ),
    rotate(
      addresses.filter(({ family }) => family !== firstFamily),
      turn,
    ),
  ];
  const ordered: Address[] = [];
  for (let i = 0; ordered.length < addresses.length; i++) {
    ordered.push(...first.slice(i, i + 1), ...other.slice(i, i + 1));
  }
  return ordered;
}

function rotate(addresses: readonly Address[], turn: number): readonly Address[] {
  const start = turn % Math.max(1, addresses.length);
  return [...addresses.slice(start), ...addresses.slice(0, start)];
}
