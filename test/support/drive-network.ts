/**
 * Makes the network that CTDB_HOOK_NETWORK asks for and calls its members as standard input says, one a line:
 * `{"call":"addAddress","args":[...]}`. Answers each with a line `{"value":...,"said":"..."}` or `{"error":"..."}`.
 */
import { createInterface } from 'node:readline';
import { ctdbPaths } from '../../core/ctdb-installation/paths.ts';
import { Burst } from '../../core/network/burst.ts';
import { chooseNetwork } from '../../core/network/choose.ts';
import type { Network } from '../../core/network/network.ts';
import { defaultTcpReset } from '../../core/network/tcp-reset.ts';
import { createCommands } from '../../core/run/context/commands.ts';
import { createNetlinkNetwork } from '../../core/network/netlink/netlink-network.ts';
import { EntryOutput } from '../../core/run/entry-output.ts';
import { kernelPausing } from './kernel-pausing.ts';
import { kernelWithout } from './kernel-without.ts';

let said = '';
const output = new EntryOutput((chunk) => {
  said += chunk.toString();
});
const environment = process.env;
const setting = { plugin: '10.interface', environment, group: 'own', output, deadline: Infinity } as const;
const signal = new AbortController().signal;
const runner = {
  ...createCommands({ ...setting, signal }),
  log: (text: string) => {
    output.addLine(text);
  },
  paths: ctdbPaths(environment),
  environment,
  signal,
};
const findTcpReset = () => Promise.resolve(defaultTcpReset);
const burst = burstOf(environment['BURST']);
/** Made at the first call: what is found for a burst holds for half a second from then. */
let members: Readonly<Record<string, unknown>> | undefined;
process.stdout.write('ready\n');

for await (const line of createInterface({ input: process.stdin })) {
  const { call, args } = JSON.parse(line) as { call: string; args: readonly unknown[] };
  said = '';
  const answer = await perform(call, args).then(
    (value) => ({ value, said }),
    (error: unknown) => ({ error: String(error), said }),
  );
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

/** Over a kernel that lacks something, or waits with deletes, or over the one there is. */
async function makeNetwork(lacking: string | undefined, pause: string | undefined): Promise<Network> {
  if (lacking !== undefined) return createNetlinkNetwork(kernelWithout(lacking), runner, findTcpReset);
  if (pause !== undefined) return createNetlinkNetwork(kernelPausing(pause), runner, findTcpReset);
  return (await chooseNetwork(environment))(runner, findTcpReset, burst);
}

/** `releaseip 10.0.0.1 10.0.0.2`: the addresses of which the network is told as of one burst. */
function burstOf(text: string | undefined): Burst | undefined {
  const [event, ...ips] = text?.split(' ') ?? [];
  if (event !== 'takeip' && event !== 'releaseip') return undefined;
  const addresses = ips.map((ip) => ({ iface: 'v0', ip, maskBits: ip.includes(':') ? 64 : 24 }));
  return new Burst(event, addresses);
}

async function perform(call: string, args: readonly unknown[]): Promise<unknown> {
  members ??= {
    ...(await makeNetwork(environment['KERNEL_WITHOUT'], environment['KERNEL_PAUSES_AT'])),
    endBurst: (isContinued?: boolean) => burst?.end(isContinued),
  };
  const member = members[call];
  if (typeof member !== 'function') return member;
  const result: unknown = await Reflect.apply(member, undefined, args);
  if (!isAsyncIterable(result)) return result;
  const all: unknown[] = [];
  for await (const one of result) all.push(one);
  return all;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
