import type { MetricsSnapshot } from './metrics.ts';

/** The names of the services where there are several, in the order of the file; none otherwise. */
export const serviceNames = ({ services }: Pick<MetricsSnapshot, 'services'>): readonly string[] =>
  services === undefined ? [] : Object.keys(services);

/** The snapshot as a proxy with that service alone would give it; null where there is no such service. */
export function snapshotOfService(
  { services, unrouted, ...process }: MetricsSnapshot,
  name: string,
): MetricsSnapshot | null {
  const service = services !== undefined && Object.hasOwn(services, name) ? services[name] : null;
  return service == null ? null : { ...process, ...service };
}
