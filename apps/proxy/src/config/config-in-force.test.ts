import { expect, it } from 'vitest';
import { configFromFlags } from '../../test/kit/config-from-flags.ts';
import { configInForce } from './config-in-force.ts';

it('shows values as the file holds them, durations in seconds, and no key or token', () => {
  const shown = configInForce(
    configFromFlags({
      '--target': 'http://a',
      '--priority-class': 'high=20%',
      '--priority-path': 'high=/a',
      '--api-key-header': 'X-API-Key',
      '--priority-key': 'high=s3cret',
      '--fairness-key': 'header:X-API-Key',
      '--admin-token': 's3cret',
      '--read-timeout': '90s',
    }),
  );
  expect(shown).toMatchObject({
    max_concurrent_requests: 50,
    read_timeout: 90,
    request_timeout: null,
    access_log: true,
    retry_budget: 0.2,
    priority_class: ['high=20%'],
    priority_path: ['high=/a'],
    priority_key: ['high=***'],
    fairness_key: 'header:x-api-key',
    admin_token: '***',
  });
  expect(JSON.stringify(shown)).not.toContain('s3cret');
});

it('is made once of a configuration, and cannot be changed by who reads it', () => {
  const config = configFromFlags({ '--target': 'http://a', '--read-timeout': '90s' });
  const shown = configInForce(config);
  expect(configInForce(config)).toBe(shown);
  expect(Object.isFrozen(shown)).toBe(true);
  const another = configFromFlags({ '--target': 'http://a', '--read-timeout': '30s' });
  expect(configInForce(another)).toMatchObject({ read_timeout: 30 });
});
