import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TestNode, World } from '../../core/testing/index.ts';
import plugin from '../../plugins/10.interface/plugin.ts';
import { NetworkPair } from '../support/network-pair.ts';
import type { Raised } from '../support/raise-plugin.ts';

// 10.interface on the kernel of a network namespace and on the fake one of the test kit: what differs is a fault of the fake.

/** What happens to a node: an event, or something that nobody tells CTDB. */
type Happening =
  | { readonly event: readonly string[] }
  | { readonly add: string; readonly to: string }
  | { readonly lose: string }
  | { readonly link: string; readonly goes: 'up' | 'down' };

const iface = fc.constantFrom('v0', 'w0');
const ip = fc.constantFrom('10.0.0.1', '10.0.0.2');
const bits = fc.oneof({ weight: 4, arbitrary: fc.constant('24') }, fc.constantFrom('16', '32'));

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(iface, ip, bits).map(([...words]) => ({ event: ['takeip', ...words] })) },
  {
    weight: 4,
    arbitrary: fc.tuple(iface, ip, bits).map(([...words]) => ({ event: ['releaseip', ...words] })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('v0', 'w0', '__none__'), iface, ip, bits)
      .map(([...words]) => ({ event: ['updateip', ...words] })),
  },
  fc.constantFrom(
    { event: ['init'] },
    { event: ['shutdown'] },
    { event: ['takeip', 'nope0', '10.0.0.1', '24'] },
  ),
  fc.tuple(ip, bits, iface).map(([each, mask, to]) => ({ add: `${each}/${mask}`, to })),
  ip.map((lose) => ({ lose })),
  fc.tuple(iface, fc.constantFrom('up', 'down')).map(([link, goes]) => ({ link, goes })),
);

/** A node on which the same can happen, real or fake. */
interface Node {
  readonly happens: (what: Happening) => Promise<Raised | undefined>;
  /** The addresses of IPv4 beside those of lo, and the addresses that are blocked, sorted. */
  readonly state: () => readonly string[];
}

async function realNode(): Promise<Node & { readonly reset: () => Promise<void> }> {
  const pair = await NetworkPair.make();
  const raise = await pair.drivePlugin('10.interface');
  const { node } = pair;
  const addresses = (): readonly string[] =>
    node
      .exec('ip', '-o', '-4', 'addr', 'show')
      .split('\n')
      .flatMap((line) => {
        const [, device, , address] = line.split(/\s+/);
        return device === undefined || address === undefined || device === 'lo'
          ? []
          : [`${address} ${device}`];
      });
  return {
    async happens(what) {
      if ('event' in what) return raise(what.event);
      if ('add' in what) node.exec('sh', '-c', 'ip addr add "$0" dev "$1" 2>&1 || :', what.add, what.to);
      else if ('lose' in what) {
        for (const each of addresses().filter((address) => address.startsWith(`${what.lose}/`))) {
          const [address = '', device = ''] = each.split(' ');
          node.exec('sh', '-c', 'ip addr del "$0" dev "$1" 2>&1 || :', address, device);
        }
      } else node.exec('ip', 'link', 'set', what.link, what.goes);
      return undefined;
    },
    state: () => {
      const rules = node.exec('nft', 'list', 'ruleset');
      const blocked = ['10.0.0.1', '10.0.0.2'].filter((each) =>
        new RegExp(`elements = .*${each}`, 's').test(rules),
      );
      return [...addresses(), ...blocked.map((each) => `blocked ${each}`)].sort();
    },
    async reset() {
      for (const device of ['v0', 'w0']) {
        node.exec('ip', '-4', 'addr', 'flush', 'dev', device);
        node.exec('ip', 'link', 'set', device, 'up');
        node.exec('sysctl', '-qw', `net.ipv4.conf.${device}.promote_secondaries=0`);
      }
      node.exec('ip', 'addr', 'add', '10.0.0.100/24', 'dev', 'v0');
      await raise(['init']);
    },
  };
}

/** What is there already is not added again, and what went with another address is not taken off. */
function quietly(work: () => void): void {
  try {
    work();
  } catch {
    return;
  }
}

async function fakeNode(): Promise<Node> {
  const world = new World({ links: ['v0', 'w0'] });
  const { kernel } = world;
  kernel.add({ iface: 'v0', ip: '10.0.0.100', maskBits: 24 });
  const publicAddresses = ['10.0.0.1/24 v0,w0', '10.0.0.2/24 v0,w0', 'fd00::1/64 v0,w0'];
  const node = new TestNode({ name: '10.interface', plugin, world, publicAddresses });
  await node.raise('init');
  return {
    async happens(what) {
      if ('event' in what) {
        const [event, ...argv] = what.event;
        const { status, plugins } = await node.raise(event as 'init', ...argv);
        return { status: status === 0 ? 0 : 1, output: plugins[0]?.output ?? '' };
      }
      if ('add' in what) {
        const [address = '', maskBits] = what.add.split('/');
        quietly(() => {
          kernel.add({ iface: what.to, ip: address, maskBits: Number(maskBits) });
        });
      } else if ('lose' in what)
        for (const { device, maskBits } of kernel.find(what.lose))
          quietly(() => {
            kernel.remove(device, what.lose, maskBits);
          });
      else kernel.setUp(what.link, what.goes === 'up');
      return undefined;
    },
    state: () =>
      [
        ...kernel.addresses
          .filter((address) => address.iface !== 'lo' && !address.ip.includes(':'))
          .map((address) => `${address.ip}/${address.maskBits} ${address.iface}`),
        ...[...kernel.blocked].map((each) => `blocked ${each}`),
      ].sort(),
  };
}

/** Kernels before 6.3 have no words of their own for these. */
const inWordsOfTheFake = (raised: Raised | undefined): Raised | undefined =>
  raised && {
    ...raised,
    output: raised.output
      .replaceAll('RTNETLINK answers: File exists', 'Error: ipv4: Address already assigned.')
      .replaceAll('RTNETLINK answers: Cannot assign requested address', 'Error: ipv4: Address not found.'),
  };

test('10.interface does the same on a fake kernel as on a real one, whatever happens to the node', async () => {
  const real = await realNode();
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 4, maxLength: 14 }), async (happenings) => {
      await real.reset();
      const fake = await fakeNode();
      for (const what of happenings) {
        const [onReal, onFake] = [await real.happens(what), await fake.happens(what)];
        expect({ what, raised: onFake, state: fake.state() }).toEqual({
          what,
          raised: inWordsOfTheFake(onReal),
          state: real.state(),
        });
      }
    }),
    { numRuns: 8 },
  );
});
