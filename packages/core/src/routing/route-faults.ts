import { hostNameOf } from './host-name.ts';
import type { RouteConditions } from './route-conditions.ts';

/** A key of a route, and what is wrong with its value, as the end of a sentence. */
export interface RouteFault {
  readonly key: 'host' | 'path' | 'methods' | 'headers';
  readonly problem: string;
}

/** RFC 9110 section 5.6.2. */
const token = /^[\w!#$%&'*+.^`|~-]+$/;
const name = /^[\w-]+(\.[\w-]+)*\.?$/;
/** What a request-target can carry: visible ASCII without `?` and `#`. */
const pathPrefix = /^\/[!"$->@-~]*$/;

/** Mistakes in a route's conditions; a route without faults can match. */
export function routeFaults({ host, path, methods, headers }: RouteConditions): RouteFault[] {
  const faults: RouteFault[] = [];
  const fault = (key: RouteFault['key'], problem: string): void => {
    faults.push({ key, problem });
  };
  if (host !== undefined && !isHost(host)) {
    const what = 'is not a host name; write api.example.com, *.example.com or [2001:db8::1]';
    fault('host', `"${host}" ${what}, without scheme, port or path, and other scripts as xn--…`);
  }
  if (path !== undefined && !pathPrefix.test(path)) {
    const what = 'is not a path; begin it with /, end it before the query, and write bytes beyond';
    fault('path', `"${path}" ${what} ASCII as they are sent: %C3%A9`);
  }
  if (methods?.length === 0) fault('methods', 'is empty: leave it out to take every method');
  for (const method of methods ?? []) {
    if (!token.test(method)) fault('methods', `"${method}" is not a method; write GET or POST`);
    else if (
      method !== method.toUpperCase() &&
      /^(get|head|post|put|delete|options|patch)$/i.test(method)
    ) {
      fault(
        'methods',
        `"${method}" is not a method, as they are case-sensitive; write ${method.toUpperCase()}`,
      );
    }
  }
  const seen = new Set<string>();
  for (const field of Object.keys(headers ?? {})) {
    const key = field.toLowerCase();
    if (!token.test(field)) fault('headers', `"${field}" is not the name of a header field`);
    if (seen.has(key)) fault('headers', `"${field}" appears twice: names are not case-sensitive`);
    seen.add(key);
  }
  return faults;
}

function isHost(host: string): boolean {
  if (host.startsWith('[')) return host.endsWith(']') && URL.canParse(`http://${host}`);
  const rest = host.startsWith('*.') ? host.slice(2) : host;
  return name.test(rest) && hostNameOf(rest) !== '';
}
