import type { AdmissionSnapshot, LimitReason, StrainedResource } from '@spillway/contracts';

/** How much it is worth somebody's eye. */
export type FactTone = 'calm' | 'notable' | 'grave';

/** One thing to tell of who gets a permit. */
export interface AdmissionFact {
  readonly name: string;
  /** In a few words. */
  readonly brief: string;
  /** The same, and what it means. */
  readonly text: string;
  readonly tone: FactTone;
}

type Told = readonly [brief: string, more: string, tone: FactTone] | null;
type Tell = (admission: AdmissionSnapshot, seconds: (value: number) => string) => Told;

/** All facts, the gravest first. Adding one is a line here. */
const facts: readonly (readonly [name: string, tell: Tell])[] = [
  ['sheds', shedFact],
  [
    'lets in',
    ({ ramp }) =>
      ramp < 1 ? [percent(ramp), ', as the breaker has just closed', 'notable'] : null,
  ],
  ['order', orderFact],
  [
    'wait',
    ({ estimated_wait: wait }, seconds) =>
      wait > 0 ? [seconds(wait), ' for a request that comes now', 'calm'] : null,
  ],
  ['abandoned', abandonedFact],
  [
    'retries',
    ({ retry_budget: { tokens, refused } }) =>
      // A budget of none is empty from the start.
      tokens !== null && tokens < 1 && refused > 0
        ? ['budget used up', `, ${refused} refused`, 'notable']
        : null,
  ],
  ['limit', limitFact],
  ['keys', ({ keys }) => (keys > 0 ? [`${keys} known`, '', 'calm'] : null)],
];

/** What the gauges do not tell; nothing while nothing is configured and all is well. */
export function admissionFacts(
  admission: AdmissionSnapshot,
  seconds: (value: number) => string,
): AdmissionFact[] {
  return facts.flatMap(([name, tell]) => {
    const told = tell(admission, seconds);
    if (told === null) return [];
    const [brief, more, tone] = told;
    return [{ name, brief, text: brief + more, tone }];
  });
}

const percent = (share: number): string => `${Math.max(1, Math.round(100 * share))} %`;

function roughly(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

const resourceWords: Readonly<Record<StrainedResource, string>> = {
  event_loop: 'processor time',
  memory: 'memory',
  connections: 'connections',
};

const reasonWords: Readonly<Record<LimitReason, string>> = {
  search: 'looking for the right number',
  growth: 'there was room',
  drops: 'the upstream refused or timed out',
  probe: 'trying whether less is as fast',
  congestion: 'more only waited at the upstream',
  probe_over: 'less was no faster',
  latency: 'answers became slower',
  stated: 'the upstream says so',
};

function shedFact({ shedding }: AdmissionSnapshot): Told {
  if (shedding === null) return null;
  const { resource, share } = shedding;
  return [`${percent(share)} of new requests: short of ${resourceWords[resource]}`, '', 'grave'];
}

function orderFact({ order }: AdmissionSnapshot): Told {
  if (order.in_force === 'fifo') return null;
  return order.configured === 'adaptive'
    ? ['lifo', ': more comes than is served', 'notable']
    : ['lifo', '', 'calm'];
}

function abandonedFact({ abandoned }: AdmissionSnapshot): Told {
  if (abandoned === 0) return null;
  const permits = abandoned === 1 ? '1 permit' : `${abandoned} permits`;
  return [permits, ' held for requests given up', 'notable'];
}

function limitFact({ limit }: AdmissionSnapshot): Told {
  const { now, configured, last_change: change, stated_capacity: stated } = limit;
  if (configured !== 'auto' && stated === null) return null;
  const how = configured === 'auto' ? `${now} by auto` : `${now} of ${configured}`;
  const states = stated === null ? '' : `, the upstream states ${stated}`;
  if (change === null) return [how + states, '', 'calm'];
  const { from, reason, seconds_ago } = change;
  const why = ` until ${roughly(seconds_ago)} ago: ${reasonWords[reason]}`;
  return [`${how}${states}, was ${from}`, why, 'calm'];
}
