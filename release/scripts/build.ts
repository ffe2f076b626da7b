// Bundles the programs of the workspace into one package without dependencies: dist/ and docs/.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { noticesOf } from './third-party-notices.ts';

const release = fileURLToPath(new URL('..', import.meta.url));
const root = dirname(join(release));
const dist = join(release, 'dist');

/** What is started by its name: programs, and the threads that they start from a file beside theirs. */
const entries = {
  index: join(release, 'src/index.ts'),
  proxy: join(root, 'apps/proxy/src/main.ts'),
  loadtest: join(root, 'apps/loadtest/src/main.ts'),
  'record/recorder': join(root, 'apps/loadtest/src/record/recorder.ts'),
  'engine-worker': join(root, 'apps/loadtest/src/worker/engine-worker.ts'),
  'pacer-thread': join(root, 'apps/loadtest/src/engine/open/pacer-thread.ts'),
  monitor: join(root, 'apps/monitor/src/main.ts'),
  demo: join(root, 'demo/src/main.ts'),
  'exit-with-parent': join(root, 'demo/src/exit-with-parent.ts'),
  backend: join(root, 'packages/backend/src/main.ts'),
};

/** Files that read differently in the package, each with the one that stands in for it. */
const standIns = new Map([
  ['packages/contracts/src/command-names.ts', join(release, 'src/command-names.ts')],
  ['demo/src/programs.ts', join(release, 'src/programs.ts')],
]);

/** hdr-histogram-js hides its need of zlib from bundlers of its day, in a way that modules don't know. */
const hiddenRequire = /eval\(["'](require\("zlib"\)\.\w+)["']\)/g;

rmSync(dist, { recursive: true, force: true });
const replaced = new Set<string>();
const modules = new Set<string>();
const bundle = await rolldown({
  input: entries,
  platform: 'node',
  resolve: {
    conditionNames: ['@spillway/source', 'node', 'import', 'default'],
    // Its other build hides what it requires.
    alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  },
  plugins: [
    {
      name: 'stand-ins',
      load(id) {
        modules.add(id);
        for (const [file, standIn] of standIns) {
          if (id !== join(root, file)) continue;
          replaced.add(file);
          return readFileSync(standIn, 'utf8');
        }
        if (!id.includes('/hdr-histogram-js/')) return null;
        return readFileSync(id, 'utf8').replace(hiddenRequire, '$1');
      },
    },
  ],
  onLog(level, log, report) {
    if (level === 'warn') throw new Error(`bundling: ${log.message}`);
    report(level, log);
  },
});
await bundle.write({
  dir: dist,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
  minify: 'dce-only',
});
await bundle.close();

for (const file of standIns.keys()) {
  if (!replaced.has(file)) throw new Error(`bundling: nothing imports ${file} any more`);
}

const require = createRequire(import.meta.url);
copy(dirname(require.resolve('@spillway/dashboard/page/index.html')), join(dist, 'dashboard'));
const loadtest = createRequire(entries.loadtest);
for (const file of ['uPlot.iife.min.js', 'uPlot.min.css']) {
  const from = loadtest.resolve(`uplot/dist/${file}`);
  modules.add(from);
  copy(from, join(dist, 'uplot', file));
}
writeFileSync(join(dist, 'THIRD-PARTY-NOTICES.txt'), noticesOf(modules));

const docs = join(release, 'docs');
rmSync(docs, { recursive: true, force: true });
copy(join(root, 'LICENSE'), join(release, 'LICENSE'));
for (const name of readdirSync(join(root, 'docs')))
  copy(join(root, 'docs', name), join(docs, name));

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, filter: (path) => !basename(path).endsWith('.map') });
}
