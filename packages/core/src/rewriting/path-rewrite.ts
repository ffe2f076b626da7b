export interface PathRewriteOptions {
  /** Taken from the front of a path, where it ends at the end of a segment; other paths stay as they are. */
  readonly stripPrefix?: string | undefined;
  /** Put in front of every path, stripped or not. */
  readonly addPrefix?: string | undefined;
}

const slash = 0x2f;
const questionMark = 0x3f;

/**
 * Changes the front of a path; the rest and the query stay byte for byte. Neither is resolved: what a client sends as
 * `/v1/../admin` leaves as `/../admin` when `/v1` is stripped, and `/v1//host` as `//host`, so it is for the target
 * to refuse what it must not serve. A slash at the end of a prefix makes no difference.
 */
export class PathRewrite {
  readonly #strip: string;
  readonly #add: string;

  constructor({ stripPrefix = '', addPrefix = '' }: PathRewriteOptions) {
    this.#strip = withoutSlash(stripPrefix);
    this.#add = withoutSlash(addPrefix);
  }

  /** `path`: with its query, if it has one. The result begins with a slash; `*` is no path and stays. */
  apply(path: string): string {
    if (path.charCodeAt(0) !== slash) return path;
    const rest = this.#stripped(path);
    const front = this.#add;
    // What is left of `/v1?a` is `?a`: behind a prefix it follows directly, as `/v1` had no slash either.
    if (front === '' && rest.charCodeAt(0) !== slash) return `/${rest}`;
    return front === '' ? rest : front + rest;
  }

  #stripped(path: string): string {
    const strip = this.#strip;
    if (strip === '' || !path.startsWith(strip)) return path;
    const next = path.charCodeAt(strip.length);
    const endsThere = next === slash || next === questionMark || path.length === strip.length;
    return endsThere ? path.slice(strip.length) : path;
  }
}

const withoutSlash = (prefix: string): string =>
  prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;

/** Visible ASCII without `?` and `#`; no segment that a target would resolve, as only part of it would be stripped. */
const prefix = /^\/[!"$->@-~]*$/;
const dotSegment = /\/\.{1,2}(\/|$)/;

/** What is wrong with a prefix to strip or add, as the end of a sentence that begins with it; null: nothing. */
export function pathPrefixFault(text: string): string | null {
  if (!text.startsWith('/')) return 'is not a path: begin it with /';
  if (!prefix.test(text)) {
    return 'has characters that a path cannot have: leave out ? and #, and write others as they are sent, such as %20';
  }
  if (dotSegment.test(text)) return 'has a . or .. segment: write the path without it';
  return null;
}
