import { readFileSync } from 'node:fs';

// The same distance from src and from dist.
const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** The version of this proxy, from its manifest. */
export const version = manifest.version as string;
