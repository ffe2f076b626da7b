import type { Client } from '../front/client.ts';
import { pathOf } from '../http/request-target.ts';
import type { Instance } from '../instance/instance.ts';
import { controlEndpoint, reloadEndpoint, statusEndpoint } from './admin-endpoints.ts';
import { dashboardEndpoint } from './dashboard-endpoint.ts';
import { type Endpoint, json, type OwnAnswer } from './endpoint.ts';
import { healthEndpoint } from './health-endpoint.ts';
import { refuseChange } from './may-change.ts';
import { metricsEndpoint } from './metrics-endpoint.ts';
import { whyEndpoint } from './why-endpoint.ts';

interface OwnPath {
  readonly endpoint: Endpoint;
  /** Whether all paths below it are its own too. */
  readonly tree: boolean;
  /** It changes something: by POST alone, and only for whoever may. */
  readonly changes?: true;
}

const nothing: Endpoint = () => null;

/** The proxy's own paths. Adding one is its file, its test and a line here; every other path is the upstream's. */
const ownPaths: Readonly<Record<string, OwnPath>> = {
  '/proxy-metrics': { endpoint: metricsEndpoint, tree: false },
  '/proxy-health': { endpoint: healthEndpoint, tree: false },
  '/proxy-dashboard': { endpoint: dashboardEndpoint, tree: true },
  '/proxy-why': { endpoint: whyEndpoint, tree: true },
  // A name below it that is no line here is nobody's: what was meant for us, token and all, is never forwarded.
  '/proxy-admin': { endpoint: nothing, tree: true },
  '/proxy-admin/status': { endpoint: statusEndpoint, tree: false },
  '/proxy-admin/reload': { endpoint: reloadEndpoint, tree: false, changes: true },
  '/proxy-admin/pause': { endpoint: controlEndpoint('pause'), tree: false, changes: true },
  '/proxy-admin/resume': { endpoint: controlEndpoint('resume'), tree: false, changes: true },
  '/proxy-admin/drain': { endpoint: controlEndpoint('drain'), tree: false, changes: true },
  '/proxy-admin/undrain': { endpoint: controlEndpoint('undrain'), tree: false, changes: true },
};

const ownPrefix = '/proxy-';
/** Balancers and orchestrators ask it, and know no token. */
const openEndpoint = healthEndpoint;

/**
 * Whether a client's request is answered here and never forwarded, in whichever form the target comes. With
 * --admin-port none is.
 */
export const isOwnPath = ({ settings }: Instance, target: string): boolean =>
  settings.adminPort === null && find(target) !== null;

/** Answers one of the proxy's own paths, or, at the listener of --admin-port, whatever is asked there. */
export function answerOwn(instance: Instance, client: Client): void {
  const answer = ownAnswer(instance, client);
  if (answer instanceof Promise) void answer.then((ready) => write(instance, client, ready));
  else write(instance, client, answer);
}

/** Null: a path that isn't ours. */
function find(target: string): { readonly own: OwnPath; readonly rest: string } | null {
  const path = pathOf(target);
  if (!path.startsWith(ownPrefix)) return null;
  const pathname = path.split('?', 1)[0] as string;
  if (Object.hasOwn(ownPaths, pathname)) return { own: ownPaths[pathname] as OwnPath, rest: '' };
  const slash = pathname.indexOf('/', ownPrefix.length);
  const name = pathname.slice(0, slash);
  if (slash === -1 || !Object.hasOwn(ownPaths, name)) return null;
  const own = ownPaths[name] as OwnPath;
  return own.tree ? { own, rest: pathname.slice(slash + 1) } : null;
}

function ownAnswer(instance: Instance, client: Client): OwnAnswer | Promise<OwnAnswer> {
  const { method, target } = client;
  const found = find(target);
  const trusted = instance.adminToken.admits(client.field('authorization'));
  if (!trusted && found?.own.endpoint !== openEndpoint) return unauthorized;
  if (found === null || found.own.endpoint === nothing) return noSuchEndpoint;
  const { changes = false } = found.own;
  const methods = changes ? ['POST'] : ['GET', 'HEAD'];
  if (!methods.includes(method as string)) {
    return {
      ...json(405, { error: `${method} is not allowed here` }),
      fields: { allow: methods.join(', ') },
    };
  }
  const refusal = changes ? refuseChange(instance, client) : null;
  if (refusal !== null) return json(403, { error: refusal });
  const query = new URLSearchParams(pathOf(target).split('?', 2)[1]);
  const asked = { instance, rest: found.rest, query, client, trusted };
  return found.own.endpoint(asked) ?? noSuchEndpoint;
}

function write(
  { draining }: Instance,
  client: Client,
  { status, type, body, fields }: OwnAnswer,
): void {
  const length = Buffer.byteLength(body);
  const all = {
    'content-type': type,
    'content-length': String(length),
    'cache-control': 'no-store',
    ...fields,
  };
  const lines = Object.entries(all).flatMap(([name, values]) =>
    [values].flat().flatMap((value) => [name, value]),
  );
  if (draining) client.closeAfterwards();
  client.head(status, null, lines, length);
  client.finish(client.method === 'HEAD' ? null : body);
}

const noSuchEndpoint = json(404, {
  error: 'no such endpoint',
  endpoints: Object.keys(ownPaths).filter((path) => ownPaths[path]?.endpoint !== nothing),
});

/**
 * Basic lets a browser ask its user: the token is the password, under any name. Two fields, because Chromium
 * takes a list of challenges in one for the first of them.
 */
const unauthorized: OwnAnswer = {
  ...json(401, { error: 'the token is missing or wrong (--admin-token)' }),
  fields: { 'www-authenticate': ['Bearer realm="spillway"', 'Basic realm="spillway"'] },
};
