import { expect, it } from 'vitest';
import { proxyOptions } from '../../config/proxy-options.ts';
import { simulatedOptions } from './simulate-options.ts';
import { worldOptions } from './world-options.ts';

it('no option of the world has the name of one of the proxy (rename the one here)', () => {
  const proxyFlags = Object.values(proxyOptions.options).map(({ flag }) => flag as string);
  const worldFlags = Object.values(worldOptions).map(({ flag }) => flag as string);
  expect(worldFlags.filter((flag) => proxyFlags.includes(flag))).toEqual([]);
  const keys = Object.keys(worldOptions);
  expect(keys.filter((key) => Object.hasOwn(proxyOptions.options, key))).toEqual([]);
});

it('every option that is simulated is one of the proxy', () => {
  const known = Object.keys(proxyOptions.options);
  expect(simulatedOptions.filter((key) => !known.includes(key))).toEqual([]);
});
