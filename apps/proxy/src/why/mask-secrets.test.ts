import { expect, it } from 'vitest';
import { maskSecrets } from './mask-secrets.ts';

it.each([
  ['/a/b', '/a/b'],
  ['/a?', '/a?'],
  ['/a?q=token&page=2&monkey=1', '/a?q=token&page=2&monkey=1'],
  ['/a?token=x', '/a?token=***'],
  ['/a?q=1&access_token=x&q=2', '/a?q=1&access_token=***&q=2'],
  ['/a?apiKey=x;API-KEY=y', '/a?apiKey=***;API-KEY=***'],
  ['/a?%74oken=x', '/a?%74oken=***'],
  ['/a?%zz_token=x', '/a?%zz_token=***'],
  ['/a?key=x&code=y&sig=z', '/a?key=***&code=***&sig=***'],
  ['/a?zipcode=1&design=2', '/a?zipcode=1&design=2'],
  ['/a?X-Amz-Signature=x&X-Amz-Credential=y', '/a?X-Amz-Signature=***&X-Amz-Credential=***'],
  ['/a?password=x=y?z', '/a?password=***'],
  ['/a?token', '/a?token'],
  ['/a?user[password]=x', '/a?user[password]=***'],
  ['http://me:pass@host/a?token=x', 'http://***@host/a?token=***'],
  ['/mail/me@host', '/mail/me@host'],
])('%s is shown as %s', (url, shown) => {
  expect(maskSecrets(url)).toBe(shown);
});
