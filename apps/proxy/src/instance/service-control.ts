import type { ControlAction } from '../observe/events.ts';
import type { Service } from '../service/service.ts';
import type { Upstream } from '../service/upstream/upstream.ts';
import type { Instance } from './instance.ts';

/** What is meant: a service, or one of its targets. */
export interface Controlled {
  readonly service: Service;
  readonly target: Upstream | null;
}

/** Why nothing is meant, with what there is. */
export interface NotFound {
  readonly status: 400 | 404;
  readonly error: string;
}

/** `name` may be left out where there is one service. `url` is the target as the configuration or the metrics have it. */
export function findControlled(
  { services }: Instance,
  name: string | null,
  url: string | null,
): Controlled | NotFound {
  const names = services.map((service) => service.name).join(', ');
  const service =
    name === null && services.length === 1
      ? services[0]
      : services.find((one) => one.name === name);
  if (service === undefined) {
    if (name === null) return { status: 400, error: `several services: name one of ${names}` };
    return { status: 404, error: `there is no service ${name}; there are ${names}` };
  }
  if (url === null) return { service, target: null };
  const origin = URL.canParse(url) ? new URL(url).origin : url;
  const all = service.upstreams.all;
  const target = all.find((one) => one.origin === url) ?? all.find((one) => one.origin === origin);
  if (target !== undefined) return { service, target };
  const origins = all.map((one) => one.origin).join(', ');
  const error = `the service ${service.name} has no target ${url}; it has ${origins}`;
  return { status: 404, error };
}

/** False: it was so already. */
export function control(
  { events }: Instance,
  action: ControlAction,
  { service, target }: Controlled,
): boolean {
  if (!act(action, service, target)) return false;
  events.emit('service_controlled', service, action, target);
  return true;
}

function act(action: ControlAction, service: Service, target: Upstream | null): boolean {
  switch (action) {
    case 'pause':
      if (service.pausedMs !== null) return false;
      service.pause();
      return true;
    case 'resume':
      if (service.pausedMs === null) return false;
      service.resume();
      return true;
    case 'drain':
    case 'undrain': {
      const drained = action === 'drain';
      if ((target ?? service).drained === drained) return false;
      if (target === null) service.drained = drained;
      else target.drained = drained;
      return true;
    }
  }
}
