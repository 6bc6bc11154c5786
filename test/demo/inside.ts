/**
 * The demo itself, as the first process of its namespaces; see namespaces.ts for how it starts and ends.
 *
 * Usage: inside.ts NAMESPACES, which is what to call them.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { ClientMachine } from '../../core/try/client-machine.ts';
import { run } from '../../core/try/command.ts';
import { startServer } from '../../core/try/server.ts';
import { clientAddresses as addresses, ifaces, port } from './addresses.ts';
import { Checks } from './checks.ts';
import { layOut } from './lay-out.ts';
import { showEnd, showStart } from './screen.ts';
import { playScenario } from './scenario.ts';

process.stdin.resume().on('close', () => process.exit(1));
process.umask(0o022);

const [namespaces = ''] = process.argv.slice(2);
const checks = new Checks();
try {
  await mountMemory('/run');
  if (existsSync('/var/cache')) await mountMemory('/var/cache');
  await mountMemory('/var/lib');
  mkdirSync('/var/lib/nfs/statd/sm', { recursive: true }); // As where statd is installed: 60.nfs looks for it.
  layOut();
  const client = await ClientMachine.start({ ifaces, addresses });
  trustEitherInterface();
  await startServer(port);
  showStart(namespaces);
  await playScenario(client, checks);
} catch (error) {
  checks.fail(error instanceof Error ? error.message : String(error));
}
showEnd(checks);
process.exit(checks.failures.length === 0 ? 0 : 1);

/** Hides a directory of the real computer behind an empty one that ends with the mount namespace. */
async function mountMemory(directory: string): Promise<void> {
  await run(['mount', '-n', '-t', 'tmpfs', '-o', 'mode=0755', 'tmpfs', directory]);
}

/** The node has two interfaces in one subnet, so packets may come in by the one and be answered by the other. */
function trustEitherInterface(): void {
  for (const name of ['all', 'eth1', 'eth2']) writeFileSync(`/proc/sys/net/ipv4/conf/${name}/rp_filter`, '0');
}
