import { TimerWheel } from '@spillway/core';
import { ManualTime } from '@spillway/core/testing';
import { expect, test } from 'vitest';
import { ClientSilence } from './client-silence.ts';

function watched() {
  const time = new ManualTime();
  const heard: string[] = [];
  const wheel = new TimerWheel(time);
  const silence = new ClientSilence(wheel, { onSilence: (awaited) => heard.push(awaited) });
  return { time, wheel, heard, silence };
}

test('A shorter wait than the one before is told in time', () => {
  const { time, heard, silence } = watched();
  silence.await('next', 60_000);
  silence.over();
  silence.await('head', 1000);
  time.advance(900);
  expect(heard).toEqual([]);
  time.advance(200);
  expect(heard).toEqual(['head']);
});

test('Each wait begins anew, and one that is over is never told', () => {
  const { time, wheel, heard, silence } = watched();
  silence.await('next', 1000);
  time.advance(600);
  silence.over();
  silence.await('next', 1000);
  time.advance(600);
  expect(heard).toEqual([]);
  time.advance(600);
  expect(heard).toEqual(['next']);
  silence.await('next', 1000);
  silence.over();
  time.advance(5000);
  expect(heard).toEqual(['next']);
  silence.stop();
  expect(wheel.size).toBe(0);
});
