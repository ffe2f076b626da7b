import { createRequire } from 'node:module';

const manifest = createRequire(import.meta.url)('#manifest');

/** The version of the load tester, from its manifest. */
export const version = manifest.version as string;
