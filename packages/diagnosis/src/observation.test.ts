import { idleUpstream, snapshotWith } from '@spillway/contracts/testing';
import { expect, test } from 'vitest';
import { observe } from './observation.ts';
import { taking } from './testing/series.ts';

const latest = { seconds: 1800, first_byte: taking(300), service_time: taking(310) };

const upstreamOf = (answersInMinute: number, hasLatest = true) =>
  observe(
    snapshotWith({
      upstreams: [
        {
          ...idleUpstream,
          first_byte: taking(20, { count: answersInMinute }),
          service_time: taking(21, { count: answersInMinute }),
          ...(hasLatest && { latest_answers: latest }),
        },
      ],
    }),
    0,
  ).upstreams[0];

test('Where the last minute has few answers, the latest tell how fast an upstream is', () => {
  expect(upstreamOf(49)).toMatchObject({
    firstByte: latest.first_byte,
    serviceTime: latest.service_time,
    answersSeconds: 1800,
  });
});

test('The last minute tells it where it has enough, and where a proxy shows no more', () => {
  expect(upstreamOf(50)).toMatchObject({ firstByte: { p50: 20 }, answersSeconds: 60 });
  expect(upstreamOf(49, false)).toMatchObject({ serviceTime: { p50: 21 }, answersSeconds: 60 });
});
