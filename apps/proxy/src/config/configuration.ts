import type { FieldEditsOptions, PathRewriteOptions, RouteConditions } from '@spillway/core';
import type { ProxyConfig } from './proxy-options.ts';

/** What the configuration says, complete and frozen. */
export interface Configuration {
  /** In force where no service says otherwise; what holds for the whole process stands only here. */
  readonly settings: ProxyConfig;
  /** At least one. */
  readonly listeners: readonly ListenerSettings[];
  /** At least one, each name once. */
  readonly services: readonly ServiceSettings[];
  /** In the order of the file. */
  readonly routes: readonly RouteSettings[];
}

/** Where clients connect. */
export interface ListenerSettings {
  /** By address and port (0: any free one), or by the path of a Unix socket with its mode. */
  readonly at:
    | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
    | { readonly kind: 'unix'; readonly path: string; readonly mode: number };
  readonly tls: boolean;
  /** Connections begin with a PROXY header. */
  readonly proxyProtocol: boolean;
}

/** One guarded backend. */
export interface ServiceSettings {
  readonly name: string;
  readonly settings: ProxyConfig;
  readonly targets: readonly TargetSettings[];
}

/** One address of a service. */
export interface TargetSettings {
  /** Where it is, in the one spelling that `formatTarget` gives it: `http://[::1]:8000`, `unix:/run/app.sock`. */
  readonly origin: string;
  /** Its share beside the others' weights. */
  readonly weight: number;
  /** The most requests it gets concurrently; null: as many as the service lets through. */
  readonly maxConcurrentRequests: number | null;
}

/** Which requests go to a service, and how they are treated there. */
export interface RouteSettings {
  readonly conditions: RouteConditions;
  readonly service: string;
  /** The service's, with what the route sets itself. */
  readonly settings: ProxyConfig;
  /** Class of its requests; null: what the request itself says. */
  readonly priorityClass: string | null;
  /** How the path changes before it goes to the target. */
  readonly path: PathRewriteOptions;
  readonly requestHeaders: FieldEditsOptions | null;
  readonly responseHeaders: FieldEditsOptions | null;
  /** Where it stands: `proxy_config.json:12`; empty without a file. */
  readonly where: string;
}
