import { expect, test } from 'vitest';
import { Flow } from './flow.ts';
import { Lane } from './lane.ts';
import { LineControl } from './line-control.ts';
import { Waiter } from './wait-queue.ts';

class Anyone extends Waiter {
  onGrant(): void {}
  onRefuse(): void {}
}

// Seen in an upgrade, where a share of the limit goes to and fro: each time the pace came out twelve times slower.
test.each([
  ['A lane', () => new Lane(new Flow(''), 0, 'fifo', 12)],
  ['The lanes together', () => new LineControl(12)],
])('%s keeps its pace when the limit goes down to 0 and back', (_what, make) => {
  const line = make();
  line.drain.start(0);
  if (line instanceof Lane) line.push(new Anyone(), 0);
  for (let now = 10; now <= 200; now += 10) line.drain.served(now);
  const { gapMs } = line;
  for (const limit of [1, 0, 12, 1, 0, 12]) line.setLimit(limit);
  expect(line.gapMs).toBeCloseTo(gapMs);
});
