import { type AdminStatus, adminStatusSchema, type ServiceStatus } from '@spillway/contracts';
import { formatSeconds } from '@spillway/quantities';
import type { Surroundings } from '@spillway/terminal';
import { exitOk } from '../exit-codes.ts';
import { type AdminSettings, askAdmin, notUnderstood, print } from './ask-admin.ts';

/** 0: told. 2: the token is wrong. 3: no proxy answers there. */
export async function runStatus(
  settings: AdminSettings,
  surroundings: Surroundings,
): Promise<number> {
  const asked = { path: '/proxy-admin/status', method: 'GET' } as const;
  const answer = await askAdmin(asked, settings, surroundings);
  if ('exit' in answer) return answer.exit;
  const status = adminStatusSchema.safeParse(answer.body);
  if (!status.success) return notUnderstood(answer.status, surroundings);
  print(answer.body, linesOf(status.data), settings, surroundings);
  return exitOk;
}

function linesOf({ draining, configuration, services }: AdminStatus): string[] {
  return [
    ...(draining ? ['the proxy drains: it refuses what is new, and ends'] : []),
    ...(configuration === null
      ? []
      : [
          `configuration ${configuration.digest}, generation ${configuration.generation}, since ${configuration.loaded_at}`,
        ]),
    ...services.flatMap(serviceLines),
  ];
}

function serviceLines(one: ServiceStatus): string[] {
  const { service, state, paused, active, limit, queued, queue_size } = one;
  const since = paused === null ? '' : ` (paused for ${formatSeconds(paused)})`;
  const load = `${active} under way of ${limit}, ${queued} in the queue of ${queue_size}`;
  return [
    `service ${service}: ${state}${since}, ${load}`,
    ...one.targets.map(({ url, drained, breaker, active: at }) => {
      const parts = [
        `${at} under way`,
        ...(drained ? ['drained'] : []),
        ...(breaker === 'closed' ? [] : [`breaker ${breaker.replace('_', '-')}`]),
      ];
      return `  ${url}: ${parts.join(', ')}`;
    }),
  ];
}
