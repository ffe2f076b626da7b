import { fileURLToPath } from 'node:url';

export type Program = 'backend' | 'proxy' | 'monitor' | 'loadtest';

const root = fileURLToPath(new URL('../../', import.meta.url));

const folders: Readonly<Record<Program, string>> = {
  backend: 'packages/backend',
  proxy: 'apps/proxy',
  monitor: 'apps/monitor',
  loadtest: 'apps/loadtest',
};

/** What Node is given to run one: built, or from its sources for tests. */
export const programArguments = (program: Program, fromSource: boolean): readonly string[] =>
  fromSource
    ? ['--conditions=@spillway/source', `${root}${folders[program]}/src/main.ts`]
    : [`${root}${folders[program]}/dist/main.js`];

/** Loaded into every process of the demo. */
export const exitWithParent = new URL('./exit-with-parent.ts', import.meta.url).href;
