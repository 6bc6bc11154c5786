import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished } from 'vitest';
import type { Namespace } from './namespace.ts';

/** Starts Debian's rpcbind in a network namespace, as long as the running test; a /run of its own keeps it to itself. */
export async function startRpcbind(node: Namespace): Promise<void> {
  const start = 'mount -t tmpfs tmpfs /run && exec rpcbind -f -w';
  const enter = ['-t', String(node.pid), '-n', 'unshare', '--mount', 'sh', '-c', start];
  const rpcbind = spawn('nsenter', enter, { stdio: 'ignore' });
  onTestFinished(async () => {
    rpcbind.kill('SIGKILL');
    await once(rpcbind, 'exit');
  });
  const listening = () => node.exec('ss', '-tlnH', 'sport', '=', '111').trim().split('\n');
  await expect.poll(listening, { timeout: 10_000 }).toHaveLength(2);
}
