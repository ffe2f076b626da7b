import { changeDuration, settingOf } from '../change.ts';
import { count, seconds } from '../evidence.ts';
import type { Rule } from '../rule.ts';
import { breakerOpen } from './breaker-open.ts';

const flag = '--circuit-breaker-timeout';
/** In the five minutes that are remembered. */
const fewest = 3;
/** So long a cycle leaves two openings in five minutes. */
const calmCycleSeconds = 150;

export const breakerFlapping: Rule = {
  name: 'breaker-flapping',
  explains: ['breaker-open', ...breakerOpen.explains],
  look: ({ now, memory }) => {
    const rest = settingOf(now.config, flag);
    if (rest === null) return [];
    return now.upstreams.flatMap(({ url }) => {
      const { flaps = 0, firstFlapAt = now.at } = memory.get(url) ?? {};
      if (flaps < fewest) return [];
      const closed = Math.max(0, (now.at - firstFlapAt) / flaps - rest);
      return [
        {
          severity: 'warning',
          upstream: url,
          symptom: 'The breaker opens again and again',
          evidence: [
            count('times it opened after it had recovered', flaps),
            seconds('within', now.at - firstFlapAt),
            seconds('closed in between, on average', closed),
            seconds(flag, rest),
          ],
          cause: 'The upstream recovers while it is left alone and fails again under its load',
          remedy:
            'Look at what the upstream cannot bear: let fewer requests through at once, and leave it alone for longer',
          changes: [
            changeDuration(now.config, flag, Math.max(2 * rest, calmCycleSeconds - closed)),
          ],
        },
      ];
    });
  },
};
