import { expect, test } from 'vitest';
import { changeCount, changeDuration, settingOf, typedDuration } from './change.ts';

test.each([
  [0.0001, '1ms'],
  [0.0423, '43ms'],
  [0.123, '130ms'],
  [1, '1s'],
  [1.41, '1.5s'],
  [9.99, '10s'],
  [12.3, '13s'],
  [120, '2m'],
  [3600, '1h'],
  [1e9, '24h'],
])('%d seconds are typed %s', (seconds, text) => {
  expect(typedDuration(seconds)).toBe(text);
});

test('A change tells the value in force as it would be typed, and null where there is none', () => {
  const config = { read_timeout: 0.25, pool_maxsize: 50, request_timeout: null };
  expect(changeDuration(config, '--read-timeout', 1)).toMatchObject({ from: '250ms', to: '1s' });
  expect(changeCount(config, '--pool-maxsize', 60)).toMatchObject({ from: '50', to: '60' });
  expect(changeDuration(config, '--request-timeout', 1).from).toBeNull();
  expect(
    changeCount({ max_concurrent_requests: 'auto' }, '--max-concurrent-requests', 2).from,
  ).toBe('auto');
  expect(changeCount({}, '--pool-maxsize', 60).from).toBeNull();
});

test('Only a number is a setting to reckon with', () => {
  expect(settingOf({ max_concurrent_requests: 'auto' }, '--max-concurrent-requests')).toBeNull();
  expect(settingOf({ pool_maxsize: Number.NaN }, '--pool-maxsize')).toBeNull();
});
