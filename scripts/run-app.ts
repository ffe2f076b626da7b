// `pnpm proxy …`: builds an app and what it needs (nothing when nothing changed), then becomes it.
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';

const [app = '', ...args] = process.argv.slice(2);

const build = spawnSync(
  'turbo',
  ['run', 'build', `--filter=@spillway/${app}`, '--output-logs=errors-only'],
  { encoding: 'utf8', shell: process.platform === 'win32' },
);
if (build.status !== 0) {
  process.stderr.write(`${build.stdout ?? ''}${build.stderr ?? build.error?.message}\n`);
  process.exit(1);
}

const main = `apps/${app}/dist/main.js`;
process.argv = [process.execPath, main, ...args];
await import(pathToFileURL(main).href);
