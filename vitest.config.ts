import { defineConfig } from 'vitest/config';

// Tests read the sources of workspace packages, never a stale dist.
const conditions = ['@spillway/source', 'node', 'import', 'default'];
const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } };

export default defineConfig({
  test: {
    reporters: ['default', './scripts/second-tries.ts'],
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: [
            '{packages,apps}/*/src/**/*.test.ts',
            '{bench,demo}/src/**/*.test.ts',
            'release/{src,scripts}/**/*.test.ts',
            'scripts/*.test.ts',
          ],
          // They wait for nothing: every core helps, where Vitest leaves one out.
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...shared,
        test: {
          name: 'process',
          include: ['{packages,apps}/*/test/**/*.test.ts', '{demo,release}/test/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          // They run on real clocks, and a shared machine may pause for longer than any of them waits.
          retry: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
