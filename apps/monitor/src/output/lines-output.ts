import { failureTitle } from '../poll/failure.ts';
import { changeText } from '../screen/blocks/alerts-block.ts';
import { formatClock, formatCount, formatRate, formatSeconds } from '../screen/text/quantities.ts';
import { type Line, span } from '../screen/text/span.ts';
import type { LinePainter } from '../terminal/paint-line.ts';
import { ratesOf } from '../watch/rate-point.ts';
import type { WatchedProxy } from '../watch/watched-proxy.ts';
import type { Output } from './output.ts';

/** One plain line a poll, for a pipe, a log or a terminal that is no screen. */
export function linesOutput(
  out: (line: string) => void,
  paintLine: LinePainter,
  caption: () => readonly string[],
): Output {
  let captioned: string | undefined;
  return {
    show: ({ at }, proxy) => {
      const [words] = caption();
      if (words !== undefined && words !== captioned) out(paintLine([span(`-- ${words}`)]).text);
      captioned = words;
      out(paintLine([span(`${formatClock(at)} ${proxy.url}  `), ...pollWords(proxy, at)]).text);
    },
    close: () => {},
  };
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
  const changes = gravest.changes.map(changeText).join(' ');
  return [
    span(`${words.join('  ')}  `),
    span(gravest.severity, gravest.severity === 'critical' ? 'bad' : 'warn'),
    span(`: ${[gravest.symptom, changes].filter((part) => part !== '').join(': ')}${more}`),
  ];
}
