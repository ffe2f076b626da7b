import { useEffect, useState } from 'preact/hooks';
import { hashOf, type PageHash, parseHash } from './page-hash.ts';

/** What the page's address opens now. */
export function usePageHash(): PageHash {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = () => setHash(location.hash);
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return parseHash(hash);
}

/** The address with a change; what it does not name stays. */
export const changedHash = (change: Partial<PageHash>): string =>
  hashOf({ ...parseHash(location.hash), ...change });

export function openHash(change: Partial<PageHash>): void {
  const hash = changedHash(change);
  if (hash !== '') location.hash = hash;
  else replaceHash(change);
}

/** Without a jump to the top, and so that going back doesn't open again what was closed. */
export function replaceHash(change: Partial<PageHash>): void {
  history.replaceState(null, '', location.pathname + location.search + changedHash(change));
  dispatchEvent(new HashChangeEvent('hashchange'));
}
