/** The part of the page's address that opens the story of a request. */
export const storyHash = (id: string): string => `#why=${encodeURIComponent(id)}`;

/** The id in such a part; null when it is none. */
export function storyIn(hash: string): string | null {
  const [, id] = /^#why=(.+)$/.exec(hash) ?? [];
  if (id === undefined) return null;
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

export function openStory(id: string): void {
  location.hash = storyHash(id);
}

/** Without a jump to the top, and so that going back doesn't open it again. */
export function closeStory(): void {
  history.replaceState(null, '', location.pathname + location.search);
  dispatchEvent(new HashChangeEvent('hashchange'));
}
