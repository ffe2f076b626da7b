import type { LoadReport } from '@spillway/contracts';

/** `closed model: concurrent 10, total_requests 100`, out of the options that were set. */
export function describeLoad({ model, options }: LoadReport): string {
  const set = loadKeys.filter((key) => options[key] !== undefined && options[key] !== null);
  return `${model} model: ${set.map((key) => `${key.replaceAll('_', ' ')} ${options[key]}`).join(', ')}`;
}

const loadKeys = [
  'concurrent',
  'rate',
  'stages',
  'arrivals',
  'total_requests',
  'duration',
  'warm_up',
  'timeout',
  'workers',
];
