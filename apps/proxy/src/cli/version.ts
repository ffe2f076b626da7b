import { readFileSync } from 'node:fs';

const manifest: unknown = JSON.parse(
  // The same distance from src/cli and from dist/cli.
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
);

export const version = String((manifest as { version: unknown }).version);
