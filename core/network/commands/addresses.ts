import { setTimeout as sleep } from 'node:timers/promises';
import { isIpv6, type PublicAddress } from '../../events/address.ts';
import { describeEnd } from '../../process/describe-end.ts';
import type { AddressCopies } from '../address-copies.ts';
import { lostNeighbours, willLoseNeighbours } from '../subnet-neighbours.ts';
import { promoteSecondaries } from '../kernel-settings.ts';
import type { AddressState, DeleteOptions, HostedAddress, NamedAddress, Network } from '../network.ts';
import { shownAddresses } from '../shown-addresses.ts';
import type { CommandRunner } from './command-runner.ts';

/** The pause between two looks whether an address is still tentative, in milliseconds. */
const pollMs = 250;

/** Addresses by `ip addr`. */
export function addressCommands(
  runner: CommandRunner,
  copies: AddressCopies,
): Pick<
  Network,
  'findAddress' | 'findAddressState' | 'findAddresses' | 'findAllAddresses' | 'addAddress' | 'deleteAddress'
> {
  const { run, act, undo, log, paths, signal } = runner;
  return {
    async findAddress(ip, expectedIface) {
      const hosted = parseBrief((await answerOf(['ip', '-br', 'addr', 'show', 'to', ip])).stdout, ip);
      const isNamed = hosted.some(({ device }) => device === expectedIface);
      if (hosted.length === 0 || expectedIface === undefined || isNamed)
        return copies.note(ip, hosted, expectedIface);
      // It is not the interface's name, but it may be one of its altnames.
      const shown = await run(['ip', '-br', 'addr', 'show', 'to', ip, 'dev', expectedIface]);
      const [aliased] = parseBrief(shown.stdout, ip);
      const named = hosted.map((each) =>
        each.device === aliased?.device ? { ...each, iface: expectedIface } : each,
      );
      return copies.note(ip, named, expectedIface);
    },

    async findAddressState(ip, timeoutMs) {
      const end = performance.now() + timeoutMs;
      for (;;) {
        // The command has no `-br`, which would leave the flags out.
        const state = parseState((await answerOf(['ip', 'addr', 'show', 'to', ip])).stdout);
        if (state !== 'tentative' || performance.now() >= end) return state;
        await sleep(pollMs, undefined, { signal });
      }
    },

    findAddresses: (iface) => list(['dev', iface]),
    findAllAddresses: () => list([]),

    async addAddress(address) {
      const broadcast = isIpv6(address.ip) ? [] : ['brd', '+'];
      return (await act(['ip', 'addr', 'add', cidr(address), ...broadcast, 'dev', address.iface])).ok;
    },

    async deleteAddress(address, options = { quiet: false }) {
      let areGone = true;
      for (const copy of copies.takeAll(address, log, options.quiet))
        areGone = (await deleteOne(copy, options)) && areGone;
      return areGone;
    },
  };

  async function deleteOne(copy: HostedAddress, options: DeleteOptions): Promise<boolean> {
    const remove = async (): Promise<boolean> =>
      (
        await (options.isUndo === true
          ? undo(['ip', 'addr', 'del', ...withPeer(copy), 'dev', copy.iface])
          : act(['ip', 'addr', 'del', ...withPeer(copy), 'dev', copy.iface], options))
      ).ok;
    if (isIpv6(copy.ip) || options.isUndo === true || promoteSecondaries(paths.proc, copy.device))
      return remove();
    log(willLoseNeighbours(copy.device));
    const before = await list(['dev', copy.device]);
    const isGone = await remove();
    for (const lost of lostNeighbours(before, await list(['dev', copy.device]), copy))
      await act(['ip', 'addr', 'add', cidr(lost), 'brd', '+', 'dev', lost.iface]);
    return isGone;
  }

  /** @throws Error if there is no answer: it is not known then that the address is nowhere. */
  async function answerOf(command: readonly [string, ...string[]], accepted?: 'whatever its status') {
    const answer = await run(command);
    if (answer.ok || (answer.ended === 'exited' && accepted !== undefined)) return answer;
    throw new Error(`${command.join(' ')} ${describeEnd(answer)}\n${answer.stderr}`.trimEnd());
  }

  async function list(which: readonly string[]): Promise<readonly NamedAddress[]> {
    // The command fails if there is no such interface; that is an answer too.
    const { stdout } = await answerOf(['ip', '-j', 'addr', 'show', ...which], 'whatever its status');
    const addresses = stdout.trim() === '' ? [] : shownAddresses(stdout);
    if (addresses !== undefined) return addresses;
    throw new Error(`ip -j addr said ${JSON.stringify(stdout.slice(0, 100))}, expected a JSON array`);
  }
}

const cidr = ({ ip, maskBits }: PublicAddress): string => `${ip}/${maskBits}`;

const withPeer = ({ ip, maskBits, peer }: HostedAddress): readonly string[] =>
  peer === undefined ? [`${ip}/${maskBits}`] : [ip, 'peer', `${peer}/${maskBits}`];

/** Reads lines `eth0.7@eth0  UP  10.0.0.1/24 10.0.0.1 peer 10.0.0.9/32`, one for each interface. */
function parseBrief(output: string, ip: string): HostedAddress[] {
  return output.split('\n').flatMap((line) => {
    const [name = ''] = line.split(/\s/, 1);
    const device = name.replace(/@.*/, '');
    return [...line.matchAll(/\s(\S+) peer (\S+)\/(\d+)|\s\S+\/(\d+)/g)].map(
      ([, local, peer, ofPeer, bits]) => ({
        iface: device,
        device,
        ip,
        maskBits: Number(ofPeer ?? bits),
        ...(local === undefined || peer === undefined ? {} : { peer }),
      }),
    );
  });
}

function parseState(output: string): AddressState {
  if (output.trim() === '') return 'missing';
  if (/\bdadfailed\b/.test(output)) return 'duplicate';
  return /\btentative\b/.test(output) ? 'tentative' : 'usable';
}
