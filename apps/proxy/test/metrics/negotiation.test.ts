import { expect, test } from 'vitest';
import { ask, startTestBackend } from '../admission/ask.ts';
import { fieldOf } from '../kit/raw-message.ts';
import { startGateway } from '../kit/test-gateway.ts';

const json = 'application/json';
const text = 'text/plain; version=0.0.4; charset=utf-8';
const openMetrics = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
const prometheus =
  'application/openmetrics-text;version=1.0.0;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';

test.each([
  ['nothing', {}, '', json],
  ['*/*', { Accept: '*/*' }, '', json],
  ['text/plain', { Accept: 'text/plain' }, '', text],
  ['OpenMetrics', { Accept: 'application/openmetrics-text; version=1.0.0' }, '', openMetrics],
  ['what Prometheus asks for', { Accept: prometheus }, '', openMetrics],
  [
    'text before OpenMetrics',
    { Accept: 'application/openmetrics-text;q=0.2, text/plain;q=0.3' },
    '',
    text,
  ],
  ['OpenMetrics or JSON', { Accept: 'application/openmetrics-text, application/json' }, '', json],
  ['a format that is none', { Accept: 'text/plain' }, '?format=xml', json],
  ['a format of objects', { Accept: 'text/plain' }, '?format=constructor', json],
  ['?format=openmetrics', { Accept: json }, '?format=openmetrics', openMetrics],
  ['what a browser asks for', { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }, '', json],
  ['what axios asks for', { Accept: 'application/json, text/plain, */*' }, '', json],
  ['JSON before text', { Accept: 'text/plain;q=0.5, application/json' }, '', json],
  ['no text at all', { Accept: 'text/plain;q=0, */*' }, '', json],
  ['?format=prometheus', { Accept: json }, '?format=prometheus', text],
  ['?format=json', { Accept: 'text/plain' }, '?format=json', json],
])('Whoever asks for %s gets the fitting format', async (_what, fields, query, type) => {
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url });
  const response = await ask(proxy, { path: `/proxy-metrics${query}`, fields });
  expect([response.status, fieldOf(response, 'content-type')]).toEqual([200, type]);
  const first = response.body.toString('latin1', 0, 1);
  expect(first).toBe(type === json ? '{' : '#');
});
