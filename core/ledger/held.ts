import { existsSync } from 'node:fs';
import type { PublicAddress } from '../events/address.ts';
import { shownAddresses } from '../network/shown-addresses.ts';
import { deadlineIn } from '../process/deadline.ts';
import { describeEnd } from '../process/describe-end.ts';
import { runCommand } from '../process/run-command.ts';

/** A public address as the kernel has it. */
export interface HeldAddress extends PublicAddress {
  /** Other names of its interface, by which ctdbd may know it. */
  readonly altnames?: readonly string[];
}

/** How long `ip` may take; the kernel answers in milliseconds unless another process holds its RTNL lock. */
const askTimeoutMs = 5000;

/** Most that is read from `ip`: an address takes about 160 bytes. */
const outputBytesMax = 64 * 1024 * 1024;

/** How often the kernel is asked again when the addresses changed while it was listing them. */
const attemptsMax = 5;

/**
 * The public addresses that are on this node's interfaces now, whatever the state of the interface or the address.
 *
 * Asks `ip -j addr`. Node's own os.networkInterfaces() leaves out interfaces without a link, and /proc does not say
 * which interface has an IPv4 address. Measured on a busy node, in a process that just started: `ip` 8 ms, 18 ms
 * with 2000 addresses; getifaddrs(3) through koffi 10 and 16 ms, and it gives labels in place of interfaces.
 *
 * @returns undefined if the kernel could not be asked, which is reported: then nothing is known.
 */
export async function heldAddresses(
  isPublic: (ip: string) => boolean,
  report: (message: string) => void,
): Promise<readonly HeldAddress[] | undefined> {
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const answer = await askKernel();
    if (answer.is === 'listed') return answer.addresses.filter(({ ip }) => isPublic(ip));
    if (answer.is === 'failed') {
      report(`WARNING: ip -j addr: ${answer.what}; which addresses this node has is not known`);
      return undefined;
    }
  }
  report(
    `WARNING: ip -j addr: the addresses changed during each of ${attemptsMax} listings; which this node has is not known`,
  );
  return undefined;
}

type Answer =
  | { readonly is: 'listed'; readonly addresses: readonly HeldAddress[] }
  /** Addresses may be missing, as netlink(7) warns (NLM_F_DUMP_INTR). */
  | { readonly is: 'interrupted' }
  | { readonly is: 'failed'; readonly what: string };

/** By its own path: PATH is the event's, and this question is ours. */
const ipPaths = ['/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip', '/bin/ip'];

async function askKernel(): Promise<Answer> {
  const ip = ipPaths.find((path) => existsSync(path)) ?? 'ip';
  const asked = await runCommand(
    { command: [ip, '-j', 'addr', 'show'], environment: {}, group: 'inherited', streams: 'two' },
    { deadline: deadlineIn(askTimeoutMs), outputBytesMax },
  );
  const { stdout, stderr } = asked;
  if (!asked.ok) return { is: 'failed', what: `${describeEnd(asked)}: ${stderr.trim()}` };
  if (stderr.includes('Dump was interrupted')) return { is: 'interrupted' };
  const addresses = shownAddresses(stdout);
  if (addresses !== undefined) return { is: 'listed', addresses };
  return { is: 'failed', what: `said ${JSON.stringify(stdout.slice(0, 100))}, expected a JSON array` };
}
