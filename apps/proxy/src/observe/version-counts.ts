/** Requests by the version of HTTP in which they came. */
export class VersionCounts {
  #http10 = 0;
  #http11 = 0;
  #http2 = 0;

  /** `version` as a Client has it; others are refused, and counted nowhere here. */
  add(version: string): void {
    if (version === '1.1') this.#http11 += 1;
    else if (version === '2.0') this.#http2 += 1;
    else if (version === '1.0') this.#http10 += 1;
  }

  totals(): Record<string, number> {
    return { '1.0': this.#http10, '1.1': this.#http11, '2': this.#http2 };
  }
}
