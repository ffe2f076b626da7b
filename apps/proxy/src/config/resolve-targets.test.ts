import { describe, expect, it } from 'vitest';
import { resolveTargets } from './resolve-targets.ts';

describe('the targets', () => {
  it.each([
    [{ targetHost: 'a', targetPort: 8000, targets: [] }, ['http://a:8000']],
    [{ targetHost: 'a', targetPort: 80, targets: [] }, ['http://a']],
    [{ targetHost: '::1', targetPort: 8000, targets: [] }, ['http://[::1]:8000']],
    [
      { targetHost: null, targetPort: 80, targets: ['http://a', 'https://b:1'] },
      ['http://a', 'https://b:1'],
    ],
    [{ targetHost: null, targetPort: 80, targets: [] }, []],
  ])('of %j are %j', (config, origins) => {
    expect(resolveTargets(config).map(({ origin }) => origin)).toEqual(origins);
  });
});
