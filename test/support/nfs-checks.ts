import { expect } from 'vitest';
import { nfsNode } from './nfs-node.ts';
import type { ServiceNode } from './service-node.ts';

/** A node with these check files, perhaps CTDB's functions file, and nothing else to monitor, so that the calls are those of the checks. */
export function checkNode(files: Readonly<Record<string, string>>, functions?: string): ServiceNode {
  const node = nfsNode();
  if (functions !== undefined) node.plant('base/functions', functions);
  node.plant('state/operations', 'none\n');
  for (const [name, text] of Object.entries(files)) node.plant(`base/nfs-checks.d/${name}`, text);
  return node;
}

/** The same, after a first monitor in which every check succeeded, with the calls forgotten. */
export async function provenNode(files: Readonly<Record<string, string>>): Promise<ServiceNode> {
  const node = checkNode(files);
  expect(await node.raise('monitor')).toEqual({ status: 0, output: '' });
  node.clearCalls();
  return node;
}

/** Raises monitor so often; what came of each. */
export async function monitors(node: ServiceNode, times: number) {
  const results = [];
  for (let time = 0; time < times; time++) results.push(await node.raise('monitor'));
  return results;
}

/** Cancels a monitor in the middle of a check that says `run` to the calls and goes on as long as state/hang is there. */
export async function cancelMonitor(node: ServiceNode): Promise<void> {
  node.plant('state/hang', '');
  const controller = new AbortController();
  const cancelled = node.raiseWith({ signal: controller.signal }, 'monitor');
  await expect.poll(() => node.calls()).toContain('run');
  controller.abort();
  expect((await cancelled).status).toBe(1);
  node.remove('state/hang');
}
