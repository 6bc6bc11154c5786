import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const planted = join(packageRoot, 'test/fixtures/plugins/planted');

interface Report {
  readonly held: boolean;
  readonly reached: Readonly<Record<string, number>>;
  readonly failure: {
    readonly invariant: string;
    readonly plugin?: string;
    readonly text: string;
    readonly seed: number;
    readonly steps: number;
    readonly scenario: string;
  } | null;
}

/** How a simulation of the plugin in this folder came out. */
async function simulate(
  plugin: string,
  ...options: readonly string[]
): Promise<{ status: number; report: Report }> {
  const words = [
    'simulate',
    join(planted, plugin),
    '--prepare',
    join(planted, 'prepare.ts'),
    '--json',
    ...options,
  ];
  const run = promisify(execFile)(join(packageRoot, 'bin/ctdb-hook'), words, { maxBuffer: 2 ** 24 });
  const { stdout, code = 0 } = (await run.catch((error: unknown) => error)) as {
    stdout: string;
    code?: number;
  };
  return { status: code, report: JSON.parse(stdout) as Report };
}

test('a plugin that is right holds everything, in all that a simulation should come across', async () => {
  const { status, report } = await simulate('right', '--seed', '100', '--takeovers', '400');
  expect(report.failure).toBeNull();
  expect(status).toBe(0);
  expect(Object.entries(report.reached).filter(([, count]) => count === 0)).toEqual([]);
});

test.each([
  [
    'acknowledges-early',
    'early',
    /^70\.web returned from ipreallocated before its work was done:\n *service\.reload web/,
  ],
  ['forgets-released', 'leftover', /^\/etc\/web\.conf names 10\.98\.0\.\d, which the node has given away$/],
  [
    'throws-in-releaseip',
    'fails',
    /^70\.web failed at releaseip, and nothing went wrong there: web still uses/,
  ],
  ['keeps-global-state', 'leftover', /^\/etc\/web\.conf does not name 10\.98\.0\.\d, which the node has$/],
  ['slow-takeip', 'out-of-time', /^70\.web was still busy with takeip after 30 s|^the takeover run/],
])('the plugin that %s breaks "%s", in a scenario of a few steps', async (plugin, invariant, text) => {
  const { status, report } = await simulate(plugin, '--seed', '7', '--takeovers', '60');
  expect(report.failure).toMatchObject({ invariant, text: expect.stringMatching(text) as string });
  expect(report.failure?.steps).toBeLessThan(6);
  expect(status).toBe(1);
  const file = join(temporaryDirectory(), 'scenario');
  writeFileSync(file, report.failure?.scenario ?? '');
  const again = await simulate(plugin, '--scenario', file);
  expect(again.report.failure).toMatchObject({ invariant, text: report.failure?.text });
  const right = await simulate('right', '--scenario', file);
  expect(right.report.failure).toBeNull();
});
