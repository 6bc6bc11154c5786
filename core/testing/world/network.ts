import { AddressCopies } from '../../network/address-copies.ts';
import type {
  AddressState,
  HostedAddress,
  Network,
  NetworkName,
  ResetOutcome,
  ResetTarget,
} from '../../network/network.ts';
import type { FindTcpReset, TcpReset } from '../../network/tcp-reset.ts';
import type { Caller } from './caller.ts';
import type { FailsAs, Faults } from './faults.ts';
import { type FakeKernel, type KernelAddress, type KernelConnection, KernelRefusal } from './kernel.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What the network of one plugin at one event is made from. */
export interface FakeNetworkSetting {
  readonly kernel: FakeKernel;
  readonly clock: VirtualClock;
  readonly faults: Faults;
  readonly caller: Caller;
  readonly name: NetworkName;
  readonly findTcpReset: FindTcpReset;
}

/** Makes a network over a fake kernel, which behaves as that of `netlink` does over a real one. */
export function createFakeNetwork(setting: FakeNetworkSetting): Network {
  const { kernel, name } = setting;
  const calls = new Calls(setting);
  const resets = new ConnectionResets(setting);
  return {
    name,
    ...linksOf(setting, calls),
    ...addressesOf(setting, calls),
    ...blocksOf(setting, calls),
    flushRoutes: () => calls.look(['flushRoutes'], () => undefined),
    findConnections: (ip) =>
      calls.look(['findConnections', ip], () => kernel.connections(ip).map(connectionOf)),
    resetConnections: (target) => resets.reset(target, calls),
    resetStragglers: (target) => calls.look(['resetStragglers', target.ip], () => resets.finish(target)),
    destroyStale: (ip) =>
      calls.look(['destroyStale', ip], () => {
        if (kernel.find(ip).length === 0) kernel.end(kernel.connections(ip), false);
      }),
  };
}

function linksOf(
  { kernel }: FakeNetworkSetting,
  calls: Calls,
): Pick<Network, 'findLink' | 'findCarrier' | 'findBond' | 'bringUp'> {
  return {
    findLink: (iface) =>
      calls.look(['findLink', iface], () => {
        const link = kernel.findLink(iface);
        if (link === undefined) return undefined;
        const isThere = link.over !== undefined && kernel.findLink(link.over) !== undefined;
        return { device: link.name, ...(isThere && { over: link.over }) };
      }),
    findCarrier: (iface) =>
      calls.look(['findCarrier', iface], () => {
        const link = kernel.findLink(iface);
        return link !== undefined && link.isUp && link.hasCable;
      }),
    findBond: (device) => calls.look(['findBond', device], () => kernel.findLink(device)?.bond),
    bringUp: (iface) =>
      calls.change(['bringUp', iface], kernel.findLink(iface)?.isUp !== true, () => {
        kernel.setUp(iface, true);
      }),
  };
}

function addressesOf(
  setting: FakeNetworkSetting,
  calls: Calls,
): Pick<
  Network,
  'findAddress' | 'findAddressState' | 'findAddresses' | 'findAllAddresses' | 'addAddress' | 'deleteAddress'
> {
  const { kernel, caller } = setting;
  const copies = new AddressCopies();
  return {
    findAddress: (ip, expectedIface) =>
      calls.look(['findAddress', ip], () => {
        const found = kernel.find(ip).map((address) => hostedOn(kernel, address, expectedIface));
        return copies.note(ip, found, expectedIface);
      }),
    findAddressState: (ip, timeoutMs) => findState(setting, calls, ip, timeoutMs),
    findAddresses: (iface) =>
      calls.look(['findAddresses', iface], () => {
        const device = kernel.findLink(iface)?.name;
        return kernel.addresses.filter((address) => address.iface === device);
      }),
    findAllAddresses: () => calls.look(['findAllAddresses'], () => kernel.addresses),
    addAddress: (address) =>
      calls.change(['addAddress', `${address.ip}/${address.maskBits}`, address.iface], true, () => {
        kernel.add(address);
      }),
    deleteAddress: async (address, { quiet, isUndo = false } = { quiet: false }) => {
      const all = copies.takeAll(address, caller.log, quiet);
      let isGone = true;
      for (const { device, ip, maskBits } of all) {
        const words = ['deleteAddress', `${ip}/${maskBits}`, device];
        const remove = (): void => {
          kernel.promoteSecondaries(device);
          kernel.remove(device, ip, maskBits);
        };
        isGone = (await calls.change(words, true, remove, { isQuiet: quiet, isUndo })) && isGone;
      }
      return isGone;
    },
  };
}

function blocksOf(
  { kernel }: FakeNetworkSetting,
  calls: Calls,
): Pick<Network, 'block' | 'unblock' | 'unblockAll'> {
  const { blocked } = kernel;
  return {
    block: ({ ip }) =>
      calls.change(['block', ip], !blocked.has(ip), () => {
        blocked.add(ip);
      }),
    unblock: async ({ ip }) => {
      const isChange = blocked.has(ip);
      const lift = (): void => {
        blocked.delete(ip);
      };
      await calls.change(['unblock', ip], isChange, lift, { isUndo: true });
    },
    unblockAll: async () => {
      const lift = (): void => {
        blocked.clear();
      };
      await calls.change(['unblockAll'], blocked.size > 0, lift, { isUndo: true });
    },
  };
}

/** Calls of the network, each of which may go wrong because the test says so. */
class Calls {
  readonly #setting: FakeNetworkSetting;

  constructor(setting: FakeNetworkSetting) {
    this.#setting = setting;
  }

  look<T>(words: readonly string[], work: () => T): Promise<T> {
    return this.#setting.faults.call(this.#setting.caller, {
      words: ['network', ...words],
      isChange: false,
      work,
      failed: (as) => {
        throw new KernelRefusal(messageOf(as));
      },
    });
  }

  /** False, and a line, if the kernel refuses. What undoes something is done also when the event was told to stop. */
  change(
    words: readonly string[],
    isChange: boolean,
    work: () => void,
    { isQuiet = false, isUndo = false }: { readonly isQuiet?: boolean; readonly isUndo?: boolean } = {},
  ): Promise<boolean> {
    const { faults, caller } = this.#setting;
    const refused = (message: string): false => {
      if (!isQuiet) caller.log(message);
      return false;
    };
    let isDone = false;
    return faults.call(caller, {
      words: ['network', ...words],
      get isChange() {
        return isDone && isChange;
      },
      isUndo,
      work: () => {
        try {
          work();
          isDone = true;
          return true;
        } catch (error) {
          if (error instanceof KernelRefusal) return refused(error.message);
          throw error;
        }
      },
      failed: (as) => refused(messageOf(as)),
    });
  }
}

const messageOf = (as: FailsAs | undefined): string =>
  typeof as === 'string' ? as : 'RTNETLINK answers: No buffer space available';

function hostedOn(
  kernel: FakeKernel,
  { device, ip, maskBits }: KernelAddress,
  expectedIface: string | undefined,
): HostedAddress {
  const altnames = kernel.findLink(device)?.altnames ?? [];
  const isExpected = expectedIface !== undefined && altnames.includes(expectedIface);
  return { iface: isExpected ? expectedIface : device, device, ip, maskBits };
}

async function findState(
  { kernel, clock, caller }: FakeNetworkSetting,
  calls: Calls,
  ip: string,
  timeoutMs: number,
): Promise<AddressState> {
  const until = clock.elapsedMs + timeoutMs;
  for (;;) {
    const state = await calls.look(['findAddressState', ip], (): AddressState => {
      const states = kernel.find(ip).map((address) => kernel.stateOf(address));
      return worst.find((each) => states.includes(each)) ?? 'missing';
    });
    if (state !== 'tentative' || clock.elapsedMs >= until) return state;
    await clock.sleep(pollMs, caller.signal);
  }
}

const worst = ['duplicate', 'tentative', 'usable'] as const;

/** The pause between two looks, as with `netlink`, in milliseconds. */
const pollMs = 50;

/** Resets connections as `netlink` does: those whose clients are told before the delete of the address, the others after it. */
class ConnectionResets {
  readonly #setting: FakeNetworkSetting;
  readonly #later = new Map<string, number | undefined>();

  constructor(setting: FakeNetworkSetting) {
    this.#setting = setting;
  }

  async *reset(target: ResetTarget, calls: Calls): AsyncGenerator<ResetOutcome, void, undefined> {
    const { ip, willBeTickled } = target;
    const { kernel, findTcpReset, caller } = this.#setting;
    let found: readonly KernelConnection[];
    try {
      found = await calls.look(['resetConnections', ip], () => kernel.connections(ip));
    } catch (error) {
      if (!(error instanceof KernelRefusal)) throw error;
      yield { kind: 'failed' };
      return;
    }
    if (found.length === 0) return;
    const isTickled = (await willBeTickled?.(found.map(connectionOf))) === true;
    const tcpReset: TcpReset = await findTcpReset();
    const [now, later] = [
      found.filter(({ port }) => tcpReset(port, isTickled) === 'both-ends'),
      found.filter(({ port }) => tcpReset(port, isTickled) === 'server-end'),
    ];
    if (now.length > 0) {
      kernel.end(now, true);
      caller.did(`network resetConnections ${ip}`);
    }
    const isLater = later.length > 0;
    this.#later.set(ip, isLater ? found.length : undefined);
    if (!isLater) yield { kind: 'counted', killed: found.length, total: found.length, remaining: [] };
  }

  finish({ ip }: ResetTarget): ResetOutcome | undefined {
    const { kernel } = this.#setting;
    const total = this.#later.get(ip);
    this.#later.delete(ip);
    kernel.end(kernel.connections(ip), false);
    return total === undefined ? undefined : { kind: 'counted', killed: total, total, remaining: [] };
  }
}

const connectionOf = ({ server, client }: KernelConnection): { server: string; client: string } => ({
  server,
  client,
});
