import type { Finding } from '@spillway/contracts';
import { expect, test } from 'vitest';
import { allFindings } from './all-findings.ts';

const finding = (rule: string, for_seconds: number, upstream: string | null = null) =>
  ({ rule, upstream, for_seconds }) as Finding;

test('A page just opened shows what the proxy knew, its own findings first', () => {
  const own = [finding('breaker-open', 2, 'http://a')];
  const told = [finding('breaker-open', 40, 'http://a'), finding('breaker-open', 30, 'http://b')];
  expect(allFindings(own, told, 4)).toEqual([own[0], told[1]]);
});

test('After a minute it knows enough by itself', () => {
  expect(allFindings([], [finding('queue-full', 40)], 60)).toEqual([]);
});
