import { describe, expect } from 'vitest';
import type { Network, ResetOutcome } from '../../core/network/network.ts';
import { World } from '../../core/testing/index.ts';
import { createFakeNetwork } from '../../core/testing/world/network.ts';
import { describeAddresses, describeLinks, type StartPair } from '../support/network-contract.ts';

/** A fake node as the network's contract has it, with v0 and w0, and the commands of `ip` that its tests give, done to the fake kernel. */
const start: StartPair = () => {
  const world = new World({ links: ['v0', 'w0'] });
  const { kernel, clock, faults } = world;
  kernel.add({ iface: 'v0', ip: '10.0.0.100', maskBits: 24 });
  let said = '';
  const caller = {
    plugin: '10.interface',
    event: 'monitor',
    signal: new AbortController().signal,
    log: (text: string) => {
      said += `${text}\n`;
    },
    show: () => undefined,
    isAlive: () => true,
    die: () => undefined,
    did: () => undefined,
    refuse: () => undefined,
  } as const;
  const findTcpReset = () => Promise.resolve(() => 'both-ends' as const);
  const network = createFakeNetwork({ kernel, clock, faults, caller, name: 'netlink', findTcpReset });
  const call = async (name: keyof Network, ...args: readonly unknown[]): Promise<unknown> => {
    said = '';
    const result: unknown = Reflect.apply(network[name] as () => unknown, undefined, args);
    return clock.drive(Promise.resolve(result as Promise<unknown> | AsyncIterable<ResetOutcome>));
  };
  return Promise.resolve({
    pair: {
      node: { exec: (...words: readonly string[]) => onNode(world, words.join(' ')) },
      client: { exec: (...words: readonly string[]) => onClient(world, words.join(' ')) },
      whereIs: (ip: string) =>
        kernel
          .find(ip)
          .map(({ device, maskBits }) => `${device} ${ip}/${maskBits}`)
          .join('\n'),
    },
    network: {
      call,
      get said() {
        return said;
      },
    } as Awaited<ReturnType<StartPair>>['network'],
  });
};

/** Does what a command does on the node. @throws Error for one that no test of the contract gives */
function onNode({ kernel }: World, command: string): string {
  // The fake kernel knows no peers, to which the mask of such an address belongs.
  const added = /^ip addr add ([^\s/]+)(?: peer [^\s/]+)?\/(\d+) dev (\S+)/.exec(command);
  const [, ip = '', bits = '', iface = ''] = added ?? [];
  const [, flushed = ''] = /^ip addr flush dev (\S+)$/.exec(command) ?? [];
  const [, link = '', state = ''] = /^ip link set (\S+) (up|down)$/.exec(command) ?? [];
  const [, named = '', altname = ''] = /^ip link property add dev (\S+) altname (\S+)$/.exec(command) ?? [];
  const [, made = '', over = ''] = /^ip link add (\S+) link (\S+) type macvlan$/.exec(command) ?? [];
  if (added !== null) kernel.add({ ip, maskBits: Number(bits), iface });
  else if (flushed !== '') {
    const own = kernel.addresses.filter((address) => address.iface === flushed);
    for (const address of own) kernel.removeAll(address.ip);
  } else if (link !== '') kernel.setUp(link, state === 'up');
  else if (named !== '') kernel.link(named, { altnames: [altname] });
  else if (made !== '') kernel.link(made, { over });
  else return shown(kernel, command);
  return '';
}

function shown(kernel: World['kernel'], command: string): string {
  const [, device = ''] = /^ip -br -4 addr show dev (\S+)$/.exec(command) ?? [];
  const [, link = ''] = /^ip -o link show (\S+)$/.exec(command) ?? [];
  expect(`${device}${link}`, `the fake pair does not know "${command}"`).not.toBe('');
  if (link !== '') return kernel.findLink(link)?.isUp === true ? '<BROADCAST,UP>' : '<BROADCAST>';
  const own = kernel.addresses.filter(({ iface, ip }) => iface === device && !ip.includes(':'));
  return own.map(({ ip, maskBits }) => `${ip}/${maskBits}`).join(' ');
}

/** Does what a command does on the client, as the node notices it. */
function onClient({ kernel }: World, command: string): string {
  const [, ip = ''] = /^ip addr add (\S+)\/\d+ dev v1/.exec(command) ?? [];
  const [, state = ''] = /^ip link set v1 (up|down)$/.exec(command) ?? [];
  expect(`${ip}${state}`, `the fake pair does not know "${command}"`).not.toBe('');
  if (ip !== '') kernel.isElsewhere(ip);
  else kernel.plug('v0', state === 'up');
  return '';
}

describe('the network of the test kit', () => {
  describeAddresses(start);
  describeLinks(start);
});
