import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import type { Endpoint, OwnAnswer } from './endpoint.ts';

const require = createRequire(import.meta.url);

/** The page for browsers, and under its name the files that it loads. */
export const dashboardEndpoint: Endpoint = ({ rest }) => {
  files ??= readPage();
  if (files === null) return notBuilt;
  // With a slash at the end of the page's address, its own relative addresses begin here once more.
  return files.get(rest.replace(/^proxy-dashboard\//, '')) ?? null;
};

/** Only what stands here is served; no name from outside ever reaches the file system. */
let files: ReadonlyMap<string, OwnAnswer> | null | undefined;

const always = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' };

const pageFields = {
  ...always,
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
};

/** Their names change with what is in them. */
const assetFields = { ...always, 'cache-control': 'public, max-age=31536000, immutable' };

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Null when the page was not built. */
function readPage(): ReadonlyMap<string, OwnAnswer> | null {
  try {
    const page = require.resolve('#dashboard/index.html');
    const assets = join(dirname(page), 'assets');
    const found = new Map([['', fileAnswer(page, 'text/html; charset=utf-8', pageFields)]]);
    for (const name of readdirSync(assets)) {
      const type = types[extname(name)] ?? 'application/octet-stream';
      found.set(`assets/${name}`, fileAnswer(join(assets, name), type, assetFields));
    }
    return found;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'MODULE_NOT_FOUND' || code === 'ENOENT') return null;
    throw error;
  }
}

const fileAnswer = (file: string, type: string, fields: OwnAnswer['fields']): OwnAnswer => ({
  status: 200,
  type,
  body: readFileSync(file),
  ...(fields === undefined ? {} : { fields }),
});

const notBuilt: OwnAnswer = {
  status: 503,
  type: 'text/plain; charset=utf-8',
  body: 'The dashboard is not built. Run "pnpm build", then reload.\n',
};
