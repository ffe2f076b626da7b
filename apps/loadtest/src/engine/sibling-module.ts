import { extname } from 'node:path';

/** A module beside the given one, for a thread: `.ts` from the sources, `.js` from the build. */
export function siblingModule(importMetaUrl: string, name: string): URL {
  return new URL(`./${name}${extname(new URL(importMetaUrl).pathname)}`, importMetaUrl);
}
