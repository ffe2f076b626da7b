import { defineConfig } from 'vitest/config';

// Tests read the sources of workspace packages, never a stale dist.
const conditions = ['@spillway/source', 'node', 'import', 'default'];
const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } };

/**
 * Tests of processes run on real clocks, and a shared machine may pause for longer than any of them waits. They mostly
 * wait, so two of them go on one core.
 */
const onRealClocks = { testTimeout: 30_000, hookTimeout: 30_000, retry: 1, maxWorkers: 2 };

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
          include: [
            '{packages,apps}/*/test/**/*.test.ts',
            '{bench,demo,release}/test/**/*.test.ts',
          ],
          ...onRealClocks,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...shared,
        test: {
          // What depends on the engine that speaks HTTP, on the reference.
          name: 'node engine',
          include: ['apps/proxy/test/{conformance,fuzz,stress,admission,lifecycle}/**/*.test.ts'],
          // They name their engines themselves, or have nothing to do with them.
          exclude: [
            '**/{lean-engine,both-engines}.test.ts',
            '**/lifecycle/{start,log-rotation}.test.ts',
          ],
          env: { SPILLWAY_TEST_ENGINE: 'node' },
          ...onRealClocks,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
