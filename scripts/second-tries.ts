import type { Reporter, TestCase } from 'vitest/node';

/** Names the tests that passed only when tried again: each is to be looked at, and mended. */
export default class SecondTries implements Reporter {
  readonly #names: string[] = [];

  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky)
      this.#names.push(`${test.module.relativeModuleId} > ${test.fullName}`);
  }

  onTestRunEnd(): void {
    for (const name of this.#names) console.warn(`Passed only at a second try: ${name}`);
  }
}
