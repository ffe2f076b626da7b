import { formatDuration, parseDuration, parsed, type ValueKind } from '@spillway/options';
import type { Stage } from '../engine/engine.ts';

/** `30s:50,1m:200`: for 30 s at 50 requests a second, then within a minute up to 200. */
export function stages(): ValueKind<readonly Stage[]> {
  return parsed({
    name: 'stages',
    placeholder: '<stages>',
    allowed: 'stages of time:rate, separated by commas',
    example: '30s:50,1m:200',
    read: parseStages,
    format: formatStages,
  });
}

function formatStages(all: readonly Stage[]): string {
  return all.map(({ durationMs, rate }) => `${formatDuration(durationMs)}:${rate}`).join(',');
}

function parseStages(raw: string): Stage[] | null {
  const all = raw.split(',').map(parseStage);
  const whole = all.filter((stage) => stage !== null);
  const sends = whole.some(({ rate }) => rate > 0);
  return whole.length === all.length && sends ? whole : null;
}

function parseStage(raw: string): Stage | null {
  const [time = '', rate = '', ...rest] = raw.split(':').map((part) => part.trim());
  const durationMs = parseDuration(time);
  const isRate = /^(\d+(\.\d+)?|\.\d+)$/.test(rate);
  if (durationMs === null || durationMs < 1 || !isRate || rest.length > 0) return null;
  return { durationMs, rate: Number(rate) };
}
