import type { TestProject } from 'vitest/node';
import { releases } from '../cluster/releases.ts';
import { lockRoot } from './root-lock.ts';

/** What vitest does around the tests of a release: nobody makes its file system anew meanwhile. */
export default async function useRoot({ name }: TestProject): Promise<() => Promise<void>> {
  const root = releases.find(({ suite }) => suite === name)?.root;
  if (root === undefined) throw new Error(`${name} is no release with a file system of its own`);
  const lock = await lockRoot(root, 'run', console.log);
  return () => Promise.resolve(lock[Symbol.asyncDispose]());
}
