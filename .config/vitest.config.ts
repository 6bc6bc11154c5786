import { defineConfig } from 'vitest/config';
import { releases, releaseVariable } from '../test/cluster/releases.ts';

const root = new URL('..', import.meta.url).pathname;
/** What is waited for comes at once on a quiet machine; on a busy one it may take a while. */
const patient = { expect: { poll: { timeout: 20_000 } } };

const source = { resolve: { conditions: ['source'] }, ssr: { resolve: { conditions: ['source'] } } };

/** Where .ci/run wants the counts of each run; without it the screen is enough. */
const reports = process.env['CTDB_HOOK_TEST_REPORTS'];

/** Starves the daemon of processor time: it is run alone. */
const isolation = 'test/daemon/isolation.test.ts';

/** `unit` needs nothing but this checkout; the others need root and Debian packages, and fail without. */
export default defineConfig({
  root,
  test: {
    ...(reports === undefined
      ? {}
      : { reporters: ['default', 'json'], outputFile: { json: `${reports}/${process.pid}.json` } }),
    projects: [
      {
        root,
        ...source,
        test: {
          ...patient,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['browser', 'cluster', 'cookbook/real', 'machines', 'releases', 'root']
            .map((folder) => `test/${folder}/**`)
            .concat(isolation),
          testTimeout: 90_000,
        },
      },
      {
        root,
        ...source,
        test: {
          ...patient,
          name: 'isolation',
          include: [isolation],
          testTimeout: 120_000,
        },
      },
      {
        root,
        ...source,
        test: {
          ...patient,
          name: 'root',
          include: ['test/root/**/*.test.ts'],
          testTimeout: 120_000,
        },
      },
      {
        root,
        ...source,
        test: {
          ...patient,
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      ...releases.map(({ suite }) => ({
        root,
        ...source,
        test: {
          ...patient,
          name: suite,
          include: ['test/cluster/**/*.test.ts', 'test/releases/**/*.test.ts'],
          env: { [releaseVariable]: suite },
          globalSetup: ['test/releases/use-root.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      })),
      {
        root,
        ...source,
        test: {
          ...patient,
          name: 'cookbook',
          include: ['test/cookbook/real/**/*.test.ts'],
          globalSetup: ['test/cookbook/real/service-root.ts'],
          testTimeout: 120_000,
        },
      },
      {
        root,
        ...source,
        test: {
          ...patient,
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 900_000,
        },
      },
      {
        root,
        ...source,
        test: {
          ...patient,
          name: 'machines',
          include: ['test/machines/**/*.test.ts'],
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
