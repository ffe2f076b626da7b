import type { AdminStatus, ControlDone, ReloadRefused, ServiceStatus } from '@spillway/contracts';
import { control, findControlled } from '../instance/service-control.ts';
import type { ControlAction } from '../observe/events.ts';
import type { Service } from '../service/service.ts';
import { type Endpoint, json } from './endpoint.ts';

/** What was done to the services, and how they are. */
export const statusEndpoint: Endpoint = ({ instance }) => {
  const { draining, reloader, services } = instance;
  const status: AdminStatus = {
    draining,
    configuration: reloader?.inForce ?? null,
    services: services.map(statusOf),
  };
  return json(200, status);
};

/** 200 with what changed, 422 with everything that is wrong, 409 where nothing is reloaded any more. */
export const reloadEndpoint: Endpoint = async ({ instance: { draining, leaving, reloader } }) => {
  if (draining || leaving)
    return json(409, { error: 'the proxy drains: its successor reads the configuration' });
  if (reloader === null)
    return json(409, { error: 'this proxy has no configuration to read again' });
  const result = await reloader.reload();
  if (result.ok) {
    return json(200, { ...reloader.inForce, changes: result.changes, restart: result.restart });
  }
  const refused: ReloadRefused = {
    error: 'the old configuration stays in force',
    problems: result.problems.map(({ code, source, message }) => ({ code, source, message })),
  };
  return json(422, refused);
};

/** `?service=NAME`, which may be left out where there is one, and for a target `&target=URL`. */
export const controlEndpoint =
  (action: ControlAction): Endpoint =>
  ({ instance, query }) => {
    const url = query.get('target');
    const holds = action === 'pause' || action === 'resume';
    if (url !== null && holds) {
      return json(400, { error: `${action} is for a service: drain the target instead` });
    }
    const found = findControlled(instance, query.get('service'), url);
    if ('error' in found) return json(found.status, { error: found.error });
    const changed = control(instance, action, found);
    const done: ControlDone = {
      ...statusOf(found.service),
      changed,
      target: found.target?.origin ?? null,
    };
    return json(200, done);
  };

function statusOf(service: Service): ServiceStatus {
  const { permits, pausedMs } = service;
  return {
    service: service.name,
    state: service.drained ? 'drained' : pausedMs === null ? 'serving' : 'paused',
    paused: pausedMs === null ? null : pausedMs / 1000,
    limit: permits.limit,
    active: service.active,
    queued: permits.queued,
    queue_size: permits.maxQueue,
    targets: service.upstreams.all.map(({ origin, drained, breaker, active }) => ({
      ...{ url: origin, drained, breaker: breaker.state.name, active },
    })),
  };
}
