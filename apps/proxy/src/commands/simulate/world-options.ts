import {
  boolean,
  choice,
  duration,
  integer,
  list,
  number,
  option,
  optional,
  percent,
} from '@spillway/options';
import { groupKind } from './group-kind.ts';
import { kneeKind } from './knee-kind.ts';
import { phaseKind } from './phase-kind.ts';
import { latencyText } from './service.ts';

/** What the proxy cannot know of the world around it, and a simulation has to. */
export const worldOptions = {
  rate: option({
    flag: '--rate',
    kind: number({ min: 0, max: 1_000_000 }),
    default: 800,
    group: 'Clients',
    description: 'New requests a second',
  }),
  arrivals: option({
    flag: '--arrivals',
    kind: choice(['poisson', 'even']),
    default: 'poisson',
    group: 'Clients',
    description: 'How they come: by chance, or evenly spaced',
  }),
  patienceMs: option({
    flag: '--patience',
    kind: optional(duration()),
    default: 10_000,
    group: 'Clients',
    description: 'How long a client waits for its answer before it leaves',
  }),
  patienceTold: option({
    flag: '--patience-told',
    kind: boolean(),
    default: false,
    group: 'Clients',
    description: 'The proxy hears of it, as in a field of --patience-header',
  }),
  resends: option({
    flag: '--resends',
    kind: integer({ min: 0, max: 100 }),
    default: 0,
    group: 'Clients',
    description: 'How often a client sends again, at once, what was not answered well',
  }),
  method: option({
    flag: '--method',
    kind: choice(['GET', 'POST']),
    default: 'GET',
    group: 'Clients',
    description: 'Of the requests; the proxy retries a POST only when nothing was sent',
  }),
  clientGroups: option({
    flag: '--group',
    kind: list(groupKind(), '\n'),
    default: [],
    group: 'Clients',
    description: 'Clients of one kind, in place of --rate; repeat it for a mixture',
  }),
  workers: option({
    flag: '--workers',
    kind: integer({ min: 1, max: 100_000 }),
    default: 20,
    group: 'Backend',
    description: 'Requests that the backend serves at once',
  }),
  service: option({
    flag: '--service',
    kind: latencyText(),
    default: 'lognormal:50ms',
    group: 'Backend',
    description:
      'How long one takes: fixed:, exponential:, lognormal:MEAN or bimodal:FAST:SLOW:SHARE',
  }),
  backendQueue: option({
    flag: '--backend-queue',
    kind: optional(integer({ min: 0 })),
    default: null,
    group: 'Backend',
    description:
      'Requests waiting inside the backend, which answers 503 beyond that; none: no bound',
  }),
  failing: option({
    flag: '--failing',
    kind: percent(),
    default: 0,
    group: 'Backend',
    description: 'Share of requests that it answers with 503',
  }),
  errors: option({
    flag: '--errors',
    kind: choice(['fast', 'slow']),
    default: 'fast',
    group: 'Backend',
    description: 'Whether it fails at once or after the full service time',
  }),
  abandon: option({
    flag: '--abandon',
    kind: choice(['continue', 'stop']),
    default: 'continue',
    group: 'Backend',
    description: 'What it does with work whose client has left',
  }),
  knee: option({
    flag: '--knee',
    kind: optional(kneeKind()),
    default: null,
    group: 'Backend',
    description:
      'With more requests inside than this, all take longer: in proportion, or times SLOPE',
  }),
  phases: option({
    flag: '--phase',
    kind: list(phaseKind(), '\n'),
    default: [],
    group: 'Run',
    description: 'A while in which the world is another; may be repeated',
  }),
  durationMs: option({
    flag: '--duration',
    kind: duration({ minMs: 1000 }),
    default: 60_000,
    group: 'Run',
    description: 'How long requests come',
  }),
  warmUpMs: option({
    flag: '--warm-up',
    kind: duration({ minMs: 0 }),
    default: 5_000,
    group: 'Run',
    description: 'The first part of it, which is not counted',
  }),
  seed: option({
    flag: '--seed',
    kind: integer({ min: 0, max: 2 ** 32 - 1 }),
    default: 1,
    group: 'Run',
    description: 'Of the chance in it; the same seed gives the same result',
  }),
  protection: option({
    flag: '--protection',
    kind: choice(['proxy', 'limit', 'none']),
    default: 'proxy',
    group: 'Run',
    description: 'The proxy, its limit alone without a line or retries, or forwarding everything',
  }),
};
