import fc from 'fast-check';
import { expect, it } from 'vitest';
import { badReading, counted, goodReading } from '../testing/readings.ts';
import { nextPollIn } from './poll-schedule.ts';
import type { Reading } from './reading.ts';
import { readRecording, recordingLine } from './recording.ts';
import { ReplaySource } from './replay-source.ts';

const readings = [goodReading(0, counted(7)), badReading(5, { code: 'timeout', detail: 'so\n' })];

it('is read as it was written, apart from how long polls took', () => {
  const text = readings.map((reading) => `${recordingLine(reading)}\n`).join('');
  const wanted = readings.map((reading) => ({ ...reading, tookMs: null }));
  expect(readRecording(text)).toEqual({ ok: true, readings: wanted });
});

it('may end in the middle of a line, but nowhere else hold something foreign', () => {
  const line = recordingLine(readings[0] as Reading);
  expect(readRecording(`${line}\n${line.slice(0, 99)}`)).toMatchObject({ readings: [{}] });
  expect(readRecording(`nonsense\n${line}`)).toEqual({
    ...{ ok: false, message: 'line 1 is no recorded poll' },
  });
  expect(readRecording('')).toMatchObject({ ok: false });
});

it('takes any text without throwing', () => {
  const piece = fc.oneof(fc.json(), fc.string(), fc.constant('{"at":"2026-01-01","url":"x"}'));
  fc.assert(
    fc.property(fc.array(piece), (lines) => {
      expect(readRecording(lines.join('\n'))).toHaveProperty('ok');
    }),
  );
});

it('shows a snapshot of another version as that, not as an error of the file', () => {
  const line = '{"at":"2026-01-01T00:00:00Z","url":"http://a","snapshot":{"status":"healthy"}}';
  expect(readRecording(`${line}\n`)).toMatchObject({
    readings: [{ result: { ok: false, failure: { code: 'not_spillway' } } }],
  });
});

it('is played at once and in the order of time, when nobody asks for a speed', async () => {
  const apart = [goodReading(0, {}, 'http://a'), goodReading(3_600, {}, 'http://b')];
  const source = new ReplaySource(apart, null);
  const taken: Reading[] = [];
  await source.run((reading) => taken.push(reading), new AbortController().signal);
  expect(taken).toEqual(apart);
  expect(source.urls).toEqual(['http://a', 'http://b']);
  expect(source.now()).toBe(apart[1]?.at);
});

it('stops when it is told to', async () => {
  const stop = new AbortController();
  const source = new ReplaySource([goodReading(0), goodReading(3_600)], 1);
  const taken: Reading[] = [];
  await source.run((reading) => {
    taken.push(reading);
    stop.abort();
  }, stop.signal);
  expect(taken).toHaveLength(1);
});

it('asks again 1, 2 and then every 5 s after failures, else at the interval', () => {
  expect([0, 1, 2, 3, 9].map((failures) => nextPollIn(30_000, failures))).toEqual([
    ...[30_000, 1_000, 2_000, 5_000, 5_000],
  ]);
});
