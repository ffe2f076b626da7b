import { describe, expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';

const flags = ['--port', '--print', '--pool-maxsize', '--read-timeout', '--queue-timeout'];

describe('the nearest name', () => {
  it.each([
    ['--prot', '--port'],
    ['--pirnt', '--print'],
    ['--POOL-MAXSIZE', '--pool-maxsize'],
    ['--pool-max-size', '--pool-maxsize'],
    ['--read-timout', '--read-timeout'],
    ['--reed-timeout', '--read-timeout'],
  ])('to %s is %s', (typed, nearest) => {
    expect(nearestName(typed, flags)).toBe(nearest);
  });

  it('is none when nothing is near, or nothing known', () => {
    expect(nearestName('--colour', flags)).toBeNull();
    expect(nearestName('--port', [])).toBeNull();
  });
});
