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
