import { changeDuration, settingOf } from '../change.ts';
import { count, seconds } from '../evidence.ts';
import type { Rule } from '../rule.ts';
import { breakerOpen } from './breaker-open.ts';

const flag = '--circuit-breaker-timeout';
/** Within that time. */
const [fewest, withinSeconds] = [3, 300];
/** So long a cycle leaves two openings in five minutes. */
const calmCycleSeconds = 150;

export const breakerFlapping: Rule = {
  name: 'breaker-flapping',
  explains: ['breaker-open', ...breakerOpen.explains],
  look: ({ now, memory }) => {
    const rest = settingOf(now.config, flag);
    if (rest === null) return [];
    return now.upstreams.flatMap(({ url }) => {
      const flaps = memory.get(url)?.flaps.filter(({ at }) => now.at - at <= withinSeconds) ?? [];
      const times = flaps.reduce((sum, flap) => sum + flap.times, 0);
      if (times < fewest) return [];
      const lasted = now.at - (flaps[0]?.at ?? now.at);
      const closed = Math.max(0, lasted / times - rest);
      // Where it is well for most of the time, leaving it alone for longer would cost more than the failures do.
      const mostlyOpen = closed <= rest;
      return [
        {
          severity: 'warning',
          upstream: url,
          symptom: 'The breaker opens again and again',
          evidence: [
            count('times it opened after it had recovered', times),
            seconds('within', lasted),
            seconds('closed in between, on average', closed),
            seconds(flag, rest),
          ],
          cause: 'The upstream recovers while it is left alone and fails again under its load',
          remedy: `Look at what the upstream cannot bear: let fewer requests through at once, and ${mostlyOpen ? 'leave it alone for longer' : 'let them come back over a while (--circuit-breaker-ramp)'}`,
          changes: mostlyOpen
            ? [changeDuration(now.config, flag, Math.max(2 * rest, calmCycleSeconds - closed))]
            : [],
        },
      ];
    });
  },
};
