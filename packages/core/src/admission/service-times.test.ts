import { describe, expect, it } from 'vitest';
import { ServiceTimes } from './service-times.ts';

const of = (size: number, times: number[]): ServiceTimes => {
  const service = new ServiceTimes(size);
  for (const ms of times) service.add(ms);
  return service;
};

describe('ServiceTimes', () => {
  it('says 0 while nothing is known', () => {
    const service = new ServiceTimes(4);
    expect([service.count, service.meanMs, service.quantileMs(0.5)]).toEqual([0, 0, 0]);
  });

  it('tells mean and quantiles of what it remembers', () => {
    const service = of(8, [40, 10, 30, 20]);
    expect([service.count, service.meanMs]).toEqual([4, 25]);
    expect([0, 0.5, 0.9, 1].map((share) => service.quantileMs(share))).toEqual([10, 30, 40, 40]);
  });

  it('forgets the oldest: a slow day is over after as many fast calls as it remembers', () => {
    const service = of(4, [5000, 5000, 5000, 5000, 10, 20, 30]);
    expect(service.quantileMs(0.5)).toBe(30);
    service.add(40);
    expect([service.count, service.meanMs, service.quantileMs(1)]).toEqual([4, 25, 40]);
  });

  it('sees what came after it was asked', () => {
    const service = of(4, [10]);
    expect(service.quantileMs(0.5)).toBe(10);
    service.add(20);
    expect(service.quantileMs(0.5)).toBe(20);
  });
});
