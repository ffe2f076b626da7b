import type { ClientRequest } from '../../http/client-request.ts';
import { pathOf } from '../../http/request-target.ts';

/** A power of two: two shapes in five hundred share a number by chance. */
const kinds = 512;
/** Beyond this a path tells one thing from another of its kind. */
const longest = 96;

/**
 * A number from 0 to 511 for the method and the shape of the target: its path without the segments that have a digit, which name one
 * thing of many, and the names of the parameters in its query. Calls of one shape take about as long more often than not. FNV-1a,
 * because it needs no allocation.
 */
export function kindOf({ method, target }: Pick<ClientRequest, 'method' | 'target'>): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < method.length; i++) hash = mixed(hash, method.charCodeAt(i));
  const path = pathOf(target);
  const end = Math.min(path.length, longest);
  let beforeSegment = hash;
  let hasDigit = false;
  let inQuery = false;
  let isName = true;
  for (let i = 0; i < end; i++) {
    const code = path.charCodeAt(i);
    if (inQuery) {
      if (code === equals) isName = false;
      else if (code === ampersand) isName = true;
      if (isName) hash = mixed(hash, code);
    } else if (code === slash || code === questionMark) {
      beforeSegment = hash = mixed(hasDigit ? beforeSegment : hash, code);
      hasDigit = false;
      inQuery = code === questionMark;
    } else {
      hasDigit ||= code >= zero && code <= nine;
      hash = mixed(hash, code);
    }
  }
  if (hasDigit) hash = beforeSegment;
  return (hash >>> 0) % kinds;
}

const slash = 0x2f;
const questionMark = 0x3f;
const ampersand = 0x26;
const equals = 0x3d;
const [zero, nine] = [0x30, 0x39];

const mixed = (hash: number, code: number): number => Math.imul(hash ^ code, 0x01000193);
