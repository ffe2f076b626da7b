import { expect, it } from 'vitest';
import { parseWrk } from './wrk.ts';

it('reads the summary after whatever wrk prints itself', () => {
  const summary = { requests: 10, seconds: 1, p50Ms: 1, p99Ms: 2, badStatuses: 0, socketErrors: 3 };
  expect(parseWrk(`Running 1s test\n  Socket errors: …\n\n${JSON.stringify(summary)}\n`)).toEqual(
    summary,
  );
});

it('throws with all that wrk said when there is no summary', () => {
  expect(() => parseWrk('unable to connect to 127.0.0.1:1\n')).toThrow('unable to connect');
});
