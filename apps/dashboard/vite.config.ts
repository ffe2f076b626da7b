import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [preact()],
  // Reads the sources of workspace packages, so that no other build has to come first.
  resolve: { conditions: ['@spillway/source', 'module', 'browser', 'import', 'default'] },
  base: './',
  experimental: {
    // The page's address has no trailing slash, so its files are named from the folder above; so
    // it works behind a path prefix too.
    renderBuiltUrl: (file, { hostType }) =>
      hostType === 'html' ? `./proxy-dashboard/${file}` : { relative: true },
  },
  build: {
    target: 'es2023',
    modulePreload: false,
    // A font or picture inlined as data: would need a wider policy.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      // Only types and tables come from contracts; its schemas would bring all of zod.
      treeshake: {
        moduleSideEffects: [{ test: /\/packages\/contracts\/|\/zod\//, sideEffects: false }],
      },
    },
  },
});
