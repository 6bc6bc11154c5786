import { defineConfig } from 'vitest/config';

const root = new URL('..', import.meta.url).pathname;
const source = { resolve: { conditions: ['source'] }, ssr: { resolve: { conditions: ['source'] } } };

/** Two projects: `unit` needs nothing but this checkout, `cluster` needs root and Debian's ctdb and says so. */
export default defineConfig({
  root,
  test: {
    projects: [
      {
        root,
        ...source,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/cluster/**', 'test/root/**'],
          testTimeout: 30_000,
        },
      },
      {
        root,
        ...source,
        test: {
          name: 'root',
          include: ['test/root/**/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        root,
        ...source,
        test: {
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
