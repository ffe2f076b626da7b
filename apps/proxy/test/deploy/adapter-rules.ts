import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { inFolder } from './manifests.ts';

/** How prometheus-adapter makes a metric for the autoscaler. */
interface AdapterRule {
  readonly seriesQuery: string;
  readonly name?: { readonly as: string };
  readonly metricsQuery: string;
}

export const { rules } = parse(
  readFileSync(inFolder('monitoring/prometheus-adapter.yaml'), 'utf8'),
) as {
  readonly rules: { readonly custom: readonly AdapterRule[] };
};
/** Queries by the name under which the autoscaler finds them. */
export const adapted = new Map(
  rules.custom.map(({ seriesQuery, name, metricsQuery }) => [
    name?.as ?? seriesQuery.replace(/\{.*/, ''),
    `${seriesQuery} ${metricsQuery}`,
  ]),
);
