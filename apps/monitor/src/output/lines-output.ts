import { formatCount, formatRate, formatSeconds } from '@spillway/quantities';
import { failureTitle } from '../poll/failure.ts';
import { changesText } from '../screen/blocks/alerts-block.ts';
import { formatClock } from '../screen/text/clock.ts';
import { type Line, span } from '../screen/text/span.ts';
import type { LinePainter } from '../terminal/paint-line.ts';
import { ratesOf } from '../watch/rate-point.ts';
import type { WatchedProxy } from '../watch/watched-proxy.ts';
import type { Output } from './output.ts';

export interface LinesOptions {
  readonly paintLine: LinePainter;
  readonly caption: () => readonly string[];
  /** The only one to tell of. */
  readonly service: string | null;
}

/**
 * One plain line a poll, for a pipe, a log or a terminal that is no screen; where there are several services, below
 * it a line for each that works or is in trouble.
 */
export function linesOutput(
  out: (line: string) => void,
  { paintLine, caption, service }: LinesOptions,
): Output {
  let captioned: string | undefined;
  return {
    show: ({ at }, proxy) => {
      const [words] = caption();
      if (words !== undefined && words !== captioned) out(paintLine([span(`-- ${words}`)]).text);
      captioned = words;
      const line = (shown: WatchedProxy, name: string | null): void => {
        const where = name === null ? proxy.url : `${proxy.url} ${name}`;
        out(paintLine([span(`${formatClock(at)} ${where}  `), ...pollWords(shown, at)]).text);
      };
      const chosen = service === null ? undefined : proxy.services.get(service);
      if (chosen !== undefined) line(chosen, service);
      if (chosen !== undefined || (service !== null && proxy.latest !== null)) return;
      line(proxy, null);
      if (proxy.failing !== null) return;
      for (const [name, one] of proxy.services) if (isOfInterest(one)) line(one, name);
    },
    close: () => {},
  };
}

function isOfInterest({ latest, alerts }: WatchedProxy): boolean {
  if (alerts.some((finding) => finding.service !== undefined)) return true;
  if (latest === null) return false;
  const { observation, interval } = latest;
  const ended = interval === null ? observation.total : interval.requests + interval.finished;
  return ended + observation.inFlight + observation.queued > 0;
}

function pollWords(proxy: WatchedProxy, at: number): Line {
  const { latest, failing, restart, alerts } = proxy;
  if (failing) {
    const state = latest ? 'STALE' : 'UNREACHABLE';
    const { failure } = failing;
    return [span(`${state}  `, 'bad'), span(`${failureTitle(failure)}: ${failure.detail}`)];
  }
  if (!latest) return [];
  const { snapshot, observation, interval } = latest;
  const rates = interval === null ? null : ratesOf(interval);
  const words = [
    snapshot.draining ? 'draining' : snapshot.status,
    ...(snapshot.paused === null ? [] : ['PAUSED']),
    ...(restart?.at === at ? ['RESTARTED'] : []),
    `${formatRate(rates?.requests ?? null)} req/s`,
    `${formatRate(rates?.failed ?? null)} failed/s`,
    `${formatRate(rates?.refused ?? null)} refused/s`,
    `${formatCount(observation.inFlight)}/${formatCount(observation.limit)} in flight`,
    `${formatCount(observation.queued)}/${formatCount(observation.queueLimit)} queued`,
    `p95 ${formatSeconds(observation.responseTime.p95)}`,
  ];
  const [gravest] = alerts;
  if (!gravest) return [span(`${words.join('  ')}  no alerts`)];
  const more = alerts.length > 1 ? ` and ${alerts.length - 1} more` : '';
  const owner = gravest.service === undefined ? '' : `${gravest.service}: `;
  return [
    span(`${words.join('  ')}  `),
    span(gravest.severity, gravest.severity === 'critical' ? 'bad' : 'warn'),
    span(
      `: ${owner}${[gravest.symptom, changesText(gravest)].filter((part) => part !== '').join(': ')}${more}`,
    ),
  ];
}
