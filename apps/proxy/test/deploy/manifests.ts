import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { parse, parseAllDocuments } from 'yaml';
import { root } from './dashboard.ts';

/** An object of the cluster, read from YAML; its schema says what is in it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
}

/** By kind, with validators made from the schemas that Kubernetes and the Prometheus operator publish. */
const models = [
  ...[ConfigMap, Deployment, HorizontalPodAutoscaler, NetworkPolicy, PodDisruptionBudget],
  ...[Service, ServiceAccount, ServiceMonitor],
];

const folder = join(root, 'deploy/kubernetes');
export const inFolder = (path: string): string => join(folder, path);

/** As it stands in the folder. */
export const readManifest = (path: string): Manifest =>
  parse(readFileSync(inFolder(path), 'utf8')) as Manifest;

export const hasKubectl = spawnSync('kubectl', ['kustomize', '--help']).status === 0;

/** All that `kubectl apply -k` would send to the cluster. */
export function build(path: string): Manifest[] {
  const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', inFolder(path)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
}

/** What the published schema of its kind says against a manifest. */
export function faultsOf(manifest: Manifest): string[] {
  const model = models.find((one) => one.is(manifest));
  if (model === undefined) return [`there is no model for ${manifest.apiVersion} ${manifest.kind}`];
  const unread = new Set<string>();
  const faults: string[] = [];
  try {
    // Called on the manifest itself: a model copies what it is made of, and so reads all of it.
    model.prototype.validate.call(watched(manifest, 'data', unread));
  } catch (error) {
    faults.push(...(error as Error).message.split(', '));
  }
  return [...faults, ...[...unread].map((path) => `${path} is not in the schema`)];
}

/**
 * The schemas allow keys that they don't name, which a cluster drops or refuses: a misspelt one would go unnoticed. Their
 * validators read exactly the keys that they name, so whatever stays in `unread` is none of them.
 */
function watched(value: unknown, path: string, unread: Set<string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item, i) => watched(item, `${path}/${i}`, unread));
  const children = new Map(
    Object.entries(value).map(([key, child]) => [key, watched(child, `${path}/${key}`, unread)]),
  );
  for (const key of children.keys()) unread.add(`${path}/${key}`);
  return new Proxy(value, {
    get(_, key) {
      unread.delete(`${path}/${String(key)}`);
      return children.get(String(key));
    },
  });
}
