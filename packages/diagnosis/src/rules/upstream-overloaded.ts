import type { Change } from '@spillway/contracts';
import { commandNames } from '@spillway/contracts';
import { inNumber } from '../amounts.ts';
import { changeCount, settingOf } from '../change.ts';
import { count, perSecond, requests, seconds } from '../evidence.ts';
import type { UpstreamObservation } from '../observation.ts';
import type { Rule, Sighting } from '../rule.ts';
import { answeredQuickly, collapses, slowdowns } from '../since-fastest.ts';
import type { View } from '../view.ts';
import { answeredWithin, silenceIn } from './read-timeouts.ts';

const flag = '--max-concurrent-requests';
const headroom = 1.1;
const fewer = `Let fewer through at once and the rest wait here; do not enlarge the queue. "${commandNames.loadtest} --find-knee" measures the best number`;

export const upstreamOverloaded: Rule = {
  name: 'upstream-overloaded',
  explains: [
    'clients-leave',
    'limit-too-low',
    'upstream-full',
    'queue-timeout-long',
    'queue-too-small',
    'read-timeout-short',
    'request-timeout-short',
    'retries-cost',
    'upstream-errors',
    'upstream-hangs',
    'upstream-slow',
    'too-much-asked',
  ],
  look: (view) => {
    const found = bySlowdown(view) ?? byCollapse(view) ?? bySilence(view);
    return found === null ? [] : [found];
  },
};

/** It was fast with less load: then it answered so many at once quickly, or does so now. */
function bySlowdown(view: View): Sighting | null {
  const { now, recent } = view;
  const slowdown = slowdowns(view).find(({ withLoad }) => withLoad);
  if (slowdown === undefined || recent.okPerSecond === 0) return null;
  const { upstream, before } = slowdown;
  const to = takenQuickly(view, before);
  if (to >= now.inFlight) return null;
  return {
    ...sighting(view, upstream.url, capTo(view, to)),
    evidence: [
      seconds('p50 to the first byte', upstream.firstByte.p50),
      seconds('p50 with less load', before.firstByte.p50),
      perSecond('requests answered', recent.okPerSecond),
      count('requests at the upstream at once', now.inFlight),
      ...harmOf(view),
    ],
  };
}

/** A little more than it has answered quickly at once. */
const takenQuickly = (view: View, before: UpstreamObservation): number =>
  Math.max(1, Math.ceil(headroom * answeredQuickly(view, before)));

/** Hardly any answer comes since there is more load. */
function byCollapse(view: View): Sighting | null {
  const { now, recent } = view;
  const silence = silenceIn(view);
  const [collapse] = collapses(view);
  if (silence?.cause !== 'overloaded' || collapse === undefined) return null;
  const { upstream, before, answeredBefore } = collapse;
  const to = takenQuickly(view, before);
  if (to >= now.inFlight) return null;
  return {
    ...sighting(view, upstream.url, capTo(view, to)),
    evidence: [
      requests('timeouts', silence.timeouts),
      perSecond('requests answered', recent.okPerSecond),
      perSecond('requests answered with less load', answeredBefore),
      seconds('p50 with less load', before.firstByte.p50),
      count('requests at the upstream at once', now.inFlight),
    ],
  };
}

/** Never seen fast: with the throughput of now, so many at once are answered in half the read timeout. */
function bySilence(view: View): Sighting | null {
  const { now, recent } = view;
  const silence = silenceIn(view);
  if (silence?.cause !== 'overloaded' || silence.upstream === null) return null;
  const to = answeredWithin(view, silence.limit / 2);
  if (to >= now.inFlight) return null;
  const { url, firstByte } = silence.upstream;
  return {
    ...sighting(view, url, capTo(view, to)),
    remedy: `${fewer}. Where answers take as long with fewer, a longer ${silence.flag} is what helps`,
    evidence: [
      requests('timeouts', silence.timeouts),
      seconds('p50 to the first byte', firstByte.p50),
      seconds(silence.flag, silence.limit),
      perSecond('requests answered', recent.okPerSecond),
      count('requests at the upstream at once', now.inFlight),
    ],
  };
}

function sighting(view: View, url: string, changes: Change[]): Omit<Sighting, 'evidence'> {
  const harm = harmOf(view).length > 0;
  return {
    severity: harm ? 'warning' : 'hint',
    upstream: view.now.upstreams.length === 1 ? url : null,
    symptom: harm
      ? 'The upstream answers too slowly, and requests fail of it'
      : 'Answers become slow as more requests arrive',
    cause: 'More requests are at the upstream at once than it can work on: all of them slow down',
    remedy: fewer,
    changes,
  };
}

/** An adaptive limit finds the way by itself. */
const capTo = ({ now }: View, to: number): Change[] =>
  settingOf(now.config, flag) === null ? [] : [changeCount(now.config, flag, to)];

function harmOf({ recent }: View) {
  const { timeouts, queueRejected, finished } = recent;
  return [
    ...(inNumber(timeouts, finished, 0.01) ? [requests('timeouts', timeouts)] : []),
    ...(inNumber(queueRejected, finished, 0.01)
      ? [requests('refused by the queue', queueRejected)]
      : []),
  ];
}
