import { type Outcome, outcomeNames } from '@spillway/contracts';
import type { Hue, Line } from './plot-spec.ts';

/** Outcomes of one kind share a hue; the later of them are dotted. */
const hues: Readonly<Record<Outcome, Hue>> = {
  ok: 'water',
  upstream_error: 'orange',
  connection_refused: 'red',
  dns_error: 'red',
  dns_timeout: 'violet',
  connection_timeout: 'violet',
  connection_terminated: 'red',
  http_protocol_error: 'red',
  http_response_incomplete: 'red',
  connection_read_timeout: 'violet',
  http_response_timeout: 'violet',
  queue_full: 'amber',
  queue_timeout: 'amber',
  breaker_open: 'pink',
  draining: 'slate',
  client_gone: 'slate',
  client_error: 'blue',
};

const outcomeLabel = (outcome: string): string => outcome.replaceAll('_', ' ');

/** Outcomes that a newer proxy counts are shown too. */
export const outcomeHue = (outcome: string): Hue => hues[outcome as Outcome] ?? 'slate';

const usualOutcomes: readonly string[] = outcomeNames;

/** Every outcome that the proxy counts, ours first. */
export function outcomeLines(counted: Readonly<Record<string, number>>): Line[] {
  const others = Object.keys(counted).filter((name) => !usualOutcomes.includes(name));
  const taken = new Set<Hue>();
  return [...usualOutcomes, ...others].map((outcome) => {
    const hue = outcomeHue(outcome);
    const second = taken.has(hue);
    taken.add(hue);
    return {
      key: outcome,
      label: outcomeLabel(outcome),
      hue,
      onlyOnceSeen: outcome !== 'ok',
      ...(second ? { look: 'second' as const } : {}),
      value: ({ interval }) =>
        interval === null ? null : (interval.byOutcome[outcome as Outcome] ?? 0) / interval.seconds,
    };
  });
}
