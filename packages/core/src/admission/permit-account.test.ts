import { describe, expect, it } from 'vitest';
import { ManualTime } from '../testing.ts';
import { oneClass } from './class-shares.ts';
import { Flow } from './flow.ts';
import { PermitAccount } from './permit-account.ts';

const setUp = (limit = 4) => {
  const time = new ManualTime();
  return { time, account: new PermitAccount({ limit, classes: oneClass, time }) };
};

describe('PermitAccount', () => {
  it('learns how long calls take, and not from those abandoned sooner', () => {
    const { time, account } = setUp();
    const { service } = account.nameless[0]!;
    for (const [ms, served] of [
      [100, true],
      [20, false],
      [300, false],
    ] as const) {
      const lease = account.takeNameless();
      time.advance(ms);
      expect(account.giveBack(lease, served)).toBe(time.now());
      expect(account.giveBack(lease, served)).toBe(null);
    }
    expect([service.count, service.meanMs]).toEqual([2, 200]);
  });

  it('counts what was taken before the first name is heard as nobody’s', () => {
    const { account, time } = setUp();
    const leases = [account.takeNameless(), account.takeNameless()];
    account.mix();
    const [nobody, somebody] = [account.nameless[0]!, new Flow('somebody')];
    leases.push(account.take(somebody, 0, time.now()));
    expect([nobody.inFlight, somebody.inFlight, account.inFlightByClass]).toEqual([2, 1, [3]]);
    for (const lease of leases) account.giveBack(lease, true);
    expect([nobody.inFlight, somebody.inFlight, account.inFlightByClass]).toEqual([0, 0, [0]]);
  });

  it('charges a flow what its calls usually take, and puts it right in the end', () => {
    const { account, time } = setUp();
    account.mix();
    const flow = new Flow('a');
    flow.service.add(100);
    const lease = account.take(flow, 0, 0);
    expect(flow.finish).toBe(100);
    time.advance(250);
    account.giveBack(lease, true);
    expect(flow.finish).toBe(250);
  });

  it('is below 0 free after the limit was lowered', () => {
    const { account } = setUp(2);
    account.takeNameless();
    account.takeNameless();
    account.setLimit(1);
    expect([account.held, account.free]).toEqual([2, -1]);
  });
});
