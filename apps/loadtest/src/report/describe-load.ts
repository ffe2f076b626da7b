import type { LoadReport } from '@spillway/contracts';

/** `closed model: concurrent 10, total requests 100`, out of the options that say how the load was. */
export function describeLoad({ model, options }: LoadReport): string {
  const said = loadKeys.flatMap((key) => {
    const value = options[key];
    return value === undefined || value === unsaid[key]
      ? []
      : `${key.replaceAll('_', ' ')} ${value}`;
  });
  const what = options.find_knee === true ? 'search for the knee' : `${model} model`;
  return `${what}: ${said.join(', ')}`;
}

/** What needs no words. */
const unsaid: Readonly<Record<string, unknown>> = { warm_up: '0ms', workers: 1 };

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
  'max_concurrency',
  'objective',
];
