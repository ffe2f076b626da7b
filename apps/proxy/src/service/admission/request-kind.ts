import type { ClientRequest } from '../../http/client-request.ts';
import { pathOf } from '../../http/request-target.ts';

const routes = 64;
/** Beyond this a path tells one thing from another of its kind. */
const longest = 64;

/**
 * A number from 0 to 63 for the method and the first segment of the path: calls that take about as long come
 * together more often than not. FNV-1a, because it needs no allocation.
 */
export function kindOf({ method, target }: Pick<ClientRequest, 'method' | 'target'>): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < method.length; i++) hash = mixed(hash, method.charCodeAt(i));
  const path = pathOf(target);
  const end = Math.min(path.length, longest);
  for (let i = 1; i < end; i++) {
    const code = path.charCodeAt(i);
    if (code === slash || code === questionMark) break;
    hash = mixed(hash, code);
  }
  return (hash >>> 0) % routes;
}

const slash = 0x2f;
const questionMark = 0x3f;

const mixed = (hash: number, code: number): number => Math.imul(hash ^ code, 0x01000193);
