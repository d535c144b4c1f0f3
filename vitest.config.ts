import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Workspace packages are tested from their sources: no build is needed before a test runs.
  resolve: { conditions: ['source'] },
  // The same for test files and for the global setup, which Vitest loads in an environment of its own.
  environments: { ssr: { resolve: { conditions: ['source'] } }, __vitest__: { resolve: { conditions: ['source'] } } },
  // As tsconfig.base.json says: Nest finds what to inject in the metadata of constructors.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    include: ['{apps,libs,tools}/*/src/**/*.spec.ts', '{bench,chaos,deploy,e2e}/**/*.spec.ts'],
    globalSetup: ['libs/testing/src/global-setup.ts'],
    // Longer than any wait for a condition: on a busy machine everything comes, only later.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
