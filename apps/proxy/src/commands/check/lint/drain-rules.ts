import { formatDuration } from '@spillway/options';
import { longestSilenceMs, longestSilenceOption } from '../../../config/longest-silence.ts';
import type { StopTimeout } from '../stop-timeouts.ts';
import { asFlag, type Finding, type LintContext, type LintRule, valuesOf } from './finding.ts';

export const drainBelowReadTimeout: LintRule = ({ config }) =>
  config.drainTimeoutMs >= longestSilenceMs(config)
    ? null
    : {
        severity: 'warning',
        what: 'a restart cuts answers that the read timeout would still wait for',
        evidence: valuesOf(config, 'drainTimeoutMs', longestSilenceOption(config)),
        remedy: asFlag('drainTimeoutMs', longestSilenceMs(config)),
      };

export const systemdStopsEarly: LintRule = (context) =>
  killedWhileDraining(context, 'systemd', 'TimeoutStopSec', context.stops.systemd, (seconds) => {
    return `TimeoutStopSec=${seconds}`;
  });

export const dockerStopsEarly: LintRule = (context) =>
  killedWhileDraining(context, 'Docker', 'stop_grace_period', context.stops.docker, (seconds) => {
    return `stop_grace_period: ${seconds}s`;
  });

export const kubernetesStopsEarly: LintRule = (context) =>
  killedWhileDraining(
    context,
    'Kubernetes',
    'terminationGracePeriodSeconds',
    context.stops.kubernetes,
    (seconds) => `terminationGracePeriodSeconds: ${seconds}`,
  );

/** What is left to do when the drain is over: cut, count, flush the log. */
const afterDrainMs = 5_000;

function killedWhileDraining(
  { config }: LintContext,
  who: string,
  setting: string,
  stop: StopTimeout,
  line: (seconds: number) => string,
): Finding | null {
  if (stop.ms === null || stop.ms > config.drainTimeoutMs) return null;
  const shown = stop.from === 'file';
  const neededMs = config.drainTimeoutMs + afterDrainMs + (stop.beforeMs ?? 0);
  return {
    // The same length still races: the kill comes as the drain ends.
    severity: shown ? (stop.ms < config.drainTimeoutMs ? 'error' : 'warning') : 'hint',
    what: shown
      ? `${who} kills the proxy while it drains`
      : `if ${who} runs it, its default kills the proxy while it drains`,
    evidence: {
      ...valuesOf(config, 'drainTimeoutMs'),
      [setting]: `${formatDuration(stop.ms)} (${stop.where})`,
    },
    remedy: line(Math.ceil(neededMs / 1_000)),
  };
}
