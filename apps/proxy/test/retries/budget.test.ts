import { expect, test } from 'vitest';
import { ask } from '../admission/ask.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway } from '../kit/test-gateway.ts';

const refusal = 'HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n';
const noContent = 'HTTP/1.1 204 No Content\r\n\r\n';

/** Answers when that many requests are there, so that they fail together; refuses the first `rounds` times. */
function answersTogether(upstream: RawUpstream, count: number, rounds: number): void {
  let waiting: ((answer: string) => void)[] = [];
  let round = 0;
  upstream.respond(
    () =>
      new Promise<string>((resolve) => {
        waiting.push(resolve);
        if (waiting.length < count) return;
        const answer = round++ < rounds ? refusal : noContent;
        for (const release of waiting) release(answer);
        waiting = [];
      }),
  );
}

test('With a budget of all requests each may be tried again, and again', async () => {
  // A retry that failed once kept its place while it asked for the next, which was then one too many.
  const upstream = await RawUpstream.start();
  answersTogether(upstream, 8, 2);
  const proxy = await startGateway({
    '--target': upstream.origin,
    '--retry-budget': '100%',
    '--circuit-breaker-threshold': 0,
  });
  const answers = await Promise.all(Array.from({ length: 8 }, () => ask(proxy)));
  expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(204));
  expect(upstream.requests).toHaveLength(24);
  expect(proxy.service.retryBudget.retrying).toBe(0);
});

test('With a budget of none nothing is tried again', async () => {
  const upstream = await RawUpstream.start();
  upstream.respond(() => refusal);
  const proxy = await startGateway({
    '--target': upstream.origin,
    '--retry-budget': '0%',
    '--circuit-breaker-threshold': 0,
  });
  for (let i = 0; i < 3; i++) expect(await ask(proxy)).toMatchObject({ status: 503 });
  expect(upstream.requests).toHaveLength(3);
});
