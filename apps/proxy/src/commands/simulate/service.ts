import { type OptionProblem, problem, text, type ValueKind } from '@spillway/options';
import type { Distribution } from '@spillway/simulation';

/** Kept as text: the grammar is the backend's, which loads a server with it. */
export function latencyText(): ValueKind<string> {
  return text({
    placeholder: '<latency>',
    allowed: 'a latency such as 50ms, exponential:50ms or lognormal:50ms',
    read: (raw) => (raw.trim() === '' ? null : raw.trim()),
  });
}

/** Reads latencies as the scriptable backend does; what is wrong is gathered in `problems`. */
export async function latencyReader(problems: OptionProblem[]) {
  // Only a simulation needs it: help and other commands answer without.
  const { parseLatency } = await import('@spillway/backend');
  return (raw: string, source: string): Distribution | null => {
    try {
      const latency = parseLatency(raw);
      if (latency.meanMs > 0) return latency;
      problems.push(problem('invalid_value', source, `${raw} takes no time; give it some`));
    } catch (error) {
      problems.push(problem('invalid_value', source, (error as Error).message));
    }
    return null;
  };
}
