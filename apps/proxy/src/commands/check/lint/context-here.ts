import { hostname, networkInterfaces } from 'node:os';
import type { Configuration } from '../../../config/configuration.ts';
import type { ProxyConfig } from '../../../config/proxy-options.ts';
import { readCertificate } from '../../../tls/certificate.ts';
import type { StopTimeouts } from '../stop-timeouts.ts';
import type { LintContext, ReadCertificate } from './finding.ts';

/** Each service of the configuration with what rules have to know of this machine. */
export function contextsHere(
  { settings, services, listeners, routes }: Configuration,
  stops: StopTimeouts,
  environment: NodeJS.ProcessEnv,
): LintContext[] {
  const production = environment.NODE_ENV === 'production';
  const names = localNames();
  const certificates = readCertificates(settings);
  const routeHosts = routes.flatMap(({ conditions }) => conditions.host ?? []);
  const now = Date.now();
  return services.map(({ name, settings: own, targets }) => ({
    ...{ config: own, targets, stops, production, localNames: names },
    ...{ listeners, certificates, routeHosts, now },
    service: services.length === 1 ? null : name,
  }));
}

function readCertificates({ tlsCertFiles, tlsKeyFiles }: ProxyConfig): ReadCertificate[] {
  return tlsCertFiles.map((certFile, i) => {
    try {
      const certificate = readCertificate(certFile, tlsKeyFiles[i] as string);
      return { certFile, certificate, fault: null };
    } catch (error) {
      return { certFile, certificate: null, fault: (error as Error).message };
    }
  });
}

function localNames(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  return [hostname(), ...addresses.map(({ address }) => address)].map((name) => name.toLowerCase());
}
