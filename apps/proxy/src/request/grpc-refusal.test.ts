import { expect, test } from 'vitest';
import { grpcFields } from './grpc-refusal.ts';

test('A detail is escaped byte by byte, the percent sign too', () => {
  expect(grpcFields('queue_full', 'für 100 % ~', null)).toEqual([
    ...['content-type', 'application/grpc'],
    ...['grpc-status', '8'],
    ...['grpc-message', 'f%C3%BCr 100 %25 ~'],
  ]);
});

test('The time to stay away is in milliseconds', () => {
  expect(grpcFields('breaker_open', 'resting', 2).slice(2)).toEqual([
    ...['grpc-status', '14', 'grpc-message', 'resting', 'grpc-retry-pushback-ms', '2000'],
  ]);
});
