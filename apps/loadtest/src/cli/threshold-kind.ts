import { parsed, type ValueKind } from '@spillway/options';
import { parseThresholds } from '../judge/parse-thresholds.ts';
import type { Threshold } from '../judge/threshold.ts';

/** A condition under which the run has failed, such as `p95>500ms`. */
export function threshold(): ValueKind<Threshold> {
  return parsed({
    name: 'threshold',
    placeholder: '<rule>',
    allowed: 'a condition such as p95>500ms or errors>1%',
    read: (raw) => {
      const read = parseThresholds(raw);
      return read.ok && read.thresholds.length === 1 ? (read.thresholds[0] ?? null) : null;
    },
    format: ({ expression }) => expression,
    explain: (raw) => {
      const read = parseThresholds(raw);
      return read.ok ? null : read.problem;
    },
  });
}
