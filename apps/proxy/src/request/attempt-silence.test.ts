import { TimerWheel } from '@spillway/core';
import { ManualTime } from '@spillway/core/testing';
import { expect, test } from 'vitest';
import { AttemptSilence } from './attempt-silence.ts';
import type { Exchange } from './exchange.ts';

test('A client is silent when it takes nothing, not when one write takes it longer than the limit', () => {
  const time = new ManualTime();
  const wheel = new TimerWheel(time);
  const client = { bytesWritten: 1000 };
  const heard: string[] = [];
  const exchange = {
    ...{ instance: { wheel }, client },
    settings: { clientBodyTimeoutMs: 1000, readTimeoutMs: 500 },
    interrupt: (outcome: string) => heard.push(outcome),
  };
  const attempt = { upstream: { origin: '' }, fail() {}, abort() {} };
  const silence = new AttemptSilence(attempt, exchange as unknown as Exchange, null);
  silence.onPauseChange(true);
  for (let i = 0; i < 5; i++) {
    time.advance(900);
    client.bytesWritten += 1;
  }
  expect(heard).toEqual([]);
  time.advance(1100);
  expect(heard).toEqual([]);
  time.advance(1100);
  expect(heard).toEqual(['client_error']);
});
