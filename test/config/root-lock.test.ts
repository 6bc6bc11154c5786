import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockRoot } from '../releases/root-lock.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const silent = (): void => undefined;

test('several test runs may start machines on the file system of a release at once', async () => {
  const root = join(temporaryDirectory(), 'sid');
  const said: string[] = [];
  await using _one = await lockRoot(root, 'run', (line) => said.push(line));
  await using _other = await lockRoot(root, 'run', (line) => said.push(line));
  expect(said).toEqual([]);
});

test('who makes one waits for those who use it, says so, and goes on when they have ended', async () => {
  const root = join(temporaryDirectory(), 'sid');
  const user = await lockRoot(root, 'run', silent);
  const said = Promise.withResolvers<string>();
  const maker = lockRoot(root, 'make', said.resolve);
  expect(await said.promise).toBe(`Waiting: another test run uses ${root} (it has locked ${root}.lock)`);
  await user[Symbol.asyncDispose]();
  await (await maker)[Symbol.asyncDispose]();
});

test('who waits for too long is told which file system is kept', async () => {
  const root = join(temporaryDirectory(), 'sid');
  await using _maker = await lockRoot(root, 'make', silent);
  await expect(lockRoot(root, 'run', silent, 0)).rejects.toThrow(
    `${root} is kept by another test run for more than 0 seconds (it has locked ${root}.lock)`,
  );
});
