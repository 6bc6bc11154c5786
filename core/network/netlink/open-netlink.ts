import type { MakeNetwork } from '../choose.ts';
import { type Kernel, openKernel } from './kernel.ts';
import { createNetlinkNetwork } from './netlink-network.ts';

let opened: Promise<MakeNetwork | string> | undefined;

/** What makes the `netlink` network, or why there is none here: koffi does not load, or the kernel refuses. Found out once. */
export function openNetlink(): Promise<MakeNetwork | string> {
  opened ??= open();
  return opened;
}

async function open(): Promise<MakeNetwork | string> {
  let kernel: Kernel;
  try {
    kernel = await openKernel();
  } catch (error) {
    return `koffi does not load: ${error instanceof Error ? error.message : String(error)}`;
  }
  return (
    kernel.findRefusal() ??
    ((runner, findTcpReset, burst) => createNetlinkNetwork(kernel, runner, findTcpReset, burst))
  );
}
