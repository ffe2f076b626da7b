import { expect, it } from 'vitest';
import { cpuNs, cpuUs, parseCpuUs, residentBytes } from './usage.ts';

it('reads user and system time past a name with spaces and parentheses', () => {
  const stat = '42 (a (b) c) S 1 42 42 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 11 0 100 0 0';
  expect(parseCpuUs(stat)).toBe(3_000_000);
});

it.runIf(process.platform === 'linux')('agrees with what Node says of this process', () => {
  const { user, system } = process.cpuUsage();
  expect(Math.abs(cpuUs(process.pid) - user - system)).toBeLessThan(200_000);
  expect(Math.abs(cpuNs(process.pid) / 1000 - user - system)).toBeLessThan(200_000);
  expect(residentBytes(process.pid)).toBeGreaterThan(2 ** 20);
});

it.runIf(process.platform === 'linux')('counts short times of this process too', () => {
  const before = { ns: cpuNs(process.pid), usage: process.cpuUsage() };
  const usedUs = () => {
    const { user, system } = process.cpuUsage(before.usage);
    return user + system;
  };
  while (usedUs() < 20_000);
  const countedUs = (cpuNs(process.pid) - before.ns) / 1000;
  expect(countedUs).toBeGreaterThan(15_000);
  expect(countedUs).toBeLessThan(usedUs() + 15_000);
});
