import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nothingGiven } from '@spillway/options';
import { temporaryDirectory } from '@spillway/test-kit';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { runProgram } from '../../src/commands/program.ts';
import type { Configuration } from '../../src/config/configuration.ts';
import { resolveConfiguration } from '../../src/config/resolve-configuration.ts';
import { adapted } from './adapter-rules.ts';
import type {
  Autoscaler,
  Container,
  Deployment,
  Labels,
  NetworkPolicy,
  Service,
  ServiceMonitor,
} from './manifest-kinds.ts';
import { build, faultsOf, hasKubectl, inFolder, type Manifest, readManifest } from './manifests.ts';

const baseFiles = resourcesOf('base');
const monitoringFiles = resourcesOf('monitoring');

function resourcesOf(path: string): string[] {
  const { resources } = parse(readFileSync(inFolder(`${path}/kustomization.yaml`), 'utf8'));
  return (resources as string[]).map((name) => `${path}/${name}`);
}

describe('The files in deploy/kubernetes', () => {
  it.each([...baseFiles, ...monitoringFiles])(
    '%s is as the published schema of its kind says',
    (file) => {
      expect(faultsOf(readManifest(file))).toEqual([]);
    },
  );

  it.each(['base', 'monitoring'])('all of %s is named by its kustomization', (path) => {
    const others = ['kustomization.yaml', 'prometheus-adapter.yaml'];
    const there = readdirSync(inFolder(path)).filter(
      (name) => name.endsWith('.yaml') && !others.includes(name),
    );
    expect(resourcesOf(path).sort()).toEqual(there.map((name) => `${path}/${name}`).sort());
  });

  it('what a schema does not name, or names as something else, is found', () => {
    const manifest = structuredClone(readManifest('base/deployment.yaml')) as Deployment;
    const [container] = manifest.spec.template.spec.containers;
    Object.assign(container as object, { imagePullPolcy: 'Always' });
    Object.assign(manifest.spec, { replicas: 'two', replica: 2 });
    expect(faultsOf(manifest)).toEqual([
      'data/spec/replicas must be integer',
      'data/spec/template/spec/containers/0/imagePullPolcy is not in the schema',
      'data/spec/replica is not in the schema',
    ]);
  });
});

const ofKind = <Kind extends Manifest>(all: readonly Manifest[], kind: string): Kind[] =>
  all.filter((one) => one.kind === kind) as Kind[];
const only = <Kind extends Manifest>(all: readonly Manifest[], kind: string): Kind => {
  const found = ofKind<Kind>(all, kind);
  expect(found).toHaveLength(1);
  return found[0] as Kind;
};
const theDeployment = (all: readonly Manifest[]) => only<Deployment>(all, 'Deployment');
const theContainer = (all: readonly Manifest[]): Container =>
  theDeployment(all).spec.template.spec.containers[0] as Container;

function directoryWith(config: string): { cwd: string; environment: Record<string, string> } {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, 'proxy_config.json'), config);
  writeFileSync(join(cwd, 'token'), 'a-token-from-the-secret');
  return {
    cwd,
    environment: { NODE_ENV: 'production', SPILLWAY_ADMIN_TOKEN_FILE: join(cwd, 'token') },
  };
}

function configurationOf(config: string): Configuration {
  const resolution = resolveConfiguration(nothingGiven, directoryWith(config));
  if (!resolution.ok) throw new Error(JSON.stringify(resolution.problems, null, 2));
  return resolution.configuration;
}

interface Deployed {
  readonly what: string;
  readonly manifests: readonly Manifest[];
  readonly config: string;
}

function built(path: string): Deployed {
  const manifests = build(path);
  const { data } = only<Manifest & { readonly data: Labels }>(manifests, 'ConfigMap');
  return {
    what: `What kubectl makes of ${path}`,
    manifests,
    config: data['proxy_config.json'] ?? '',
  };
}

const asWritten: Deployed = {
  what: 'The base as it is written',
  manifests: [...baseFiles, ...monitoringFiles].map(readManifest),
  config: readFileSync(inFolder('base/proxy_config.json'), 'utf8'),
};
/** What is left to do when the drain is over, with room: cut, count, flush the log. */
const marginSeconds = 10;

describe.each([asWritten, ...(hasKubectl ? [built('base'), built('overlays/example')] : [])])(
  '$what',
  ({ manifests, config }) => {
    it('is as the published schemas say', () => {
      expect(manifests.flatMap(faultsOf)).toEqual([]);
    });

    it('has a configuration in which proxy check finds nothing to warn of', async () => {
      const said: string[] = [];
      const tell = (text: string): number => said.push(text);
      const surroundings = { ...directoryWith(config), out: tell, err: tell };
      const text = manifests.map((one) => stringify(one)).join('---\n');
      writeFileSync(join(surroundings.cwd, 'manifests.yaml'), text);
      const argv = ['check', '--strict', '--kubernetes', 'manifests.yaml'];
      const code = await runProgram(argv, async () => 1, surroundings);
      expect(code, said.join('\n')).toBe(0);
      expect(said.join('\n')).not.toContain('terminationGracePeriodSeconds');
      expect(configurationOf(config).services.length).toBeGreaterThan(1);
    });

    it('mounts the configuration where the image looks for it, and the token where it is looked for', () => {
      const dockerfile = readFileSync(inFolder('../docker/Dockerfile'), 'utf8');
      const [, workdir] =
        /^WORKDIR (\S+)$/m.exec(dockerfile.slice(dockerfile.lastIndexOf('FROM'))) ?? [];
      const paths = new Map(
        theContainer(manifests).volumeMounts.map((one) => [one.name, one.mountPath]),
      );
      expect(paths.get('config')).toBe(workdir);
      expect(config).toContain(`"admin_token_file": "${paths.get('admin-token')}/token"`);
    });

    it('gives a pod longer to end than preStop and the drain take', () => {
      const { settings } = configurationOf(config);
      const { terminationGracePeriodSeconds } = theDeployment(manifests).spec.template.spec;
      const sleep = theContainer(manifests).lifecycle.preStop.sleep.seconds;
      expect(terminationGracePeriodSeconds).toBeGreaterThanOrEqual(
        sleep + settings.drainTimeoutMs / 1_000 + marginSeconds,
      );
      expect(sleep).toBeGreaterThan(0);
    });

    it('names the ports at which the proxy listens, and every other file means them', () => {
      const { settings } = configurationOf(config);
      const { ports, startupProbe, livenessProbe, readinessProbe } = theContainer(manifests);
      expect(ports).toEqual([
        { name: 'http', containerPort: settings.port },
        { name: 'admin', containerPort: settings.adminPort },
      ]);
      expect(settings.adminHost).toBe('0.0.0.0');
      const live = { path: '/proxy-health?probe=live', port: 'admin' };
      expect(startupProbe.httpGet).toEqual(live);
      expect(livenessProbe.httpGet).toEqual(live);
      expect(readinessProbe.httpGet).toEqual({ path: '/proxy-health', port: 'admin' });

      const targets = ofKind<Service>(manifests, 'Service').map(({ metadata, spec }) => [
        metadata.name,
        spec.ports.map(({ targetPort }) => targetPort),
      ]);
      expect(targets).toEqual([
        ['spillway', ['http']],
        ['spillway-admin', ['admin']],
      ]);
      const { ingress } = only<NetworkPolicy>(manifests, 'NetworkPolicy').spec;
      expect(ingress.map((rule) => rule.ports.map(({ port }) => port))).toEqual([
        ['http'],
        ['admin'],
      ]);
    });

    it('lets the pods connect to the port of every target', () => {
      const { egress } = only<NetworkPolicy>(manifests, 'NetworkPolicy').spec;
      const open = egress.flatMap((rule) => rule.ports.map(({ port }) => port));
      for (const { targets } of configurationOf(config).services) {
        for (const { origin } of targets)
          expect(open).toContain(Number(new URL(origin).port || 80));
      }
      expect(open).toContain(53);
    });

    it('runs as a user that is not root, on a root file system that is read-only', () => {
      expect(theDeployment(manifests).spec.template.spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 1000,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(theContainer(manifests).securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    });

    it('means these pods wherever it selects some', () => {
      const { selector, template } = theDeployment(manifests).spec;
      const selectors = [
        selector.matchLabels,
        only<NetworkPolicy>(manifests, 'NetworkPolicy').spec.podSelector.matchLabels,
        only<Deployment>(manifests, 'PodDisruptionBudget').spec.selector.matchLabels,
        ...ofKind<Service>(manifests, 'Service').map(({ spec }) => spec.selector),
      ];
      expect(selectors).toHaveLength(5);
      for (const labels of selectors) expect(template.metadata.labels).toMatchObject(labels);
    });

    const monitored = manifests.some(({ kind }) => kind === 'ServiceMonitor');

    it.runIf(monitored)('has the admin port scraped, as the job that the alerts are for', () => {
      const { spec } = only<ServiceMonitor>(manifests, 'ServiceMonitor');
      const found = ofKind<Service>(manifests, 'Service').filter(({ metadata }) =>
        Object.entries(spec.selector.matchLabels).every(
          ([key, value]) => metadata.labels[key] === value,
        ),
      );
      expect(found.map(({ metadata }) => metadata.name)).toEqual(['spillway-admin']);
      expect(found[0]?.metadata.labels[spec.jobLabel]).toBe('spillway');
      expect(spec.endpoints).toMatchObject([{ port: 'admin', path: '/proxy-metrics' }]);
    });

    it.runIf(monitored)(
      'scales the Deployment by metrics that prometheus-adapter makes of ours',
      () => {
        const { scaleTargetRef, minReplicas, metrics } = only<Autoscaler>(
          manifests,
          'HorizontalPodAutoscaler',
        ).spec;
        const { kind, metadata, spec } = theDeployment(manifests);
        expect(scaleTargetRef).toMatchObject({ kind, name: metadata.name });
        expect(minReplicas).toBeGreaterThan(1);
        // As the files say, or taken away where the autoscaler decides.
        expect([minReplicas, undefined]).toContain(spec.replicas);
        expect(metrics.map(({ pods }) => pods.metric.name)).toEqual([...adapted.keys()]);
      },
    );
  },
);
