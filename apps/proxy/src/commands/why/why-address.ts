import {
  type GivenValue,
  nothingGiven,
  type OptionProblem,
  readTokenFile,
  resolveOptions,
} from '@spillway/options';
import type { Surroundings } from '@spillway/terminal';
import { type ProxyConfig, proxyOptions } from '../../config/proxy-options.ts';

/** Where to ask, and with what. */
export interface WhyAddress {
  readonly url: string;
  readonly token: string | null;
}

export interface WhyAddressSettings {
  readonly url?: string;
  /** File of the proxy that is asked. */
  readonly config?: string;
  readonly adminToken?: string;
  readonly adminTokenFile?: string;
}

type Found =
  | WhyAddress
  | { readonly problems: readonly OptionProblem[] }
  | { readonly fault: string };

/** As told; else as a proxy started here and now would have it, by its variables and its file. */
export function whyAddress(settings: WhyAddressSettings, surroundings: Surroundings): Found {
  const { adminToken, adminTokenFile, config: file, url } = settings;
  if (adminToken !== undefined && adminTokenFile !== undefined) {
    return { fault: '--admin-token and --admin-token-file exclude each other' };
  }
  const base = url === undefined ? null : baseOf(url);
  if (url !== undefined && base === null)
    return { fault: '--url must be an http:// or https:// URL' };
  const given = adminToken ?? null;
  if (base !== null && given !== null) return { url: base, token: given };

  const flags = { ...nothingGiven, config: file === undefined ? null : configOf(file) };
  const resolution = resolveOptions(proxyOptions, flags, surroundings);
  if (!resolution.ok) return { problems: resolution.problems };
  const { config } = resolution.resolved;
  const tokenFile = given === null ? (adminTokenFile ?? config.adminTokenFile) : null;
  try {
    const fromFile = tokenFile === null ? null : readTokenFile(tokenFile);
    return { url: base ?? urlOf(config), token: given ?? fromFile ?? config.adminToken };
  } catch (error) {
    return { fault: `the token file ${tokenFile}: ${(error as Error).message}` };
  }
}

const configOf = (file: string): GivenValue => ({
  raw: file,
  source: { from: 'flag', where: '--config', literal: file },
});

/** Without what follows the path, and without a slash at its end. */
function baseOf(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function urlOf({ host, port, adminHost, adminPort }: ProxyConfig): string {
  const name = adminPort === null ? host : adminHost;
  const local = name === '0.0.0.0' || name === '::' ? 'localhost' : name;
  return `http://${local.includes(':') ? `[${local}]` : local}:${adminPort ?? port}`;
}
