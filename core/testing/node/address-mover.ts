import { canonicalIp } from '../../events/address.ts';
import { parseArguments } from '../../events/arguments.ts';
import { takesOff } from '../../run/act-without-host.ts';
import type { RaisedEvent } from '../../run/outcome.ts';
import { createFakeNetwork } from '../world/network.ts';
import type { Caller } from '../world/caller.ts';
import type { World } from '../world/world.ts';

/** Moves addresses in the place of 10.interface, which has more to do: what comes to the same for other plugins. @throws Error if it cannot */
export async function moveAddress({ name, argv }: RaisedEvent, world: World, caller: Caller): Promise<void> {
  const { kernel, clock, faults } = world;
  const network = createFakeNetwork({
    kernel,
    clock,
    faults,
    caller,
    name: 'netlink',
    findTcpReset: () => Promise.resolve(() => 'both-ends'),
  });
  switch (name) {
    case 'takeip': {
      const address = parseArguments('takeip', argv);
      if (!(await network.bringUp(address.iface)))
        throw new Error(`Failed to bringup interface ${address.iface}`);
      if (!(await network.addAddress(address)))
        throw new Error(`Failed to add ${address.ip}/${address.maskBits} on dev ${address.iface}`);
      return;
    }
    case 'releaseip':
      takeOff(parseArguments('releaseip', argv).ip, world);
      return;
    case 'updateip': {
      const { newIface, ip, maskBits } = parseArguments('updateip', argv);
      kernel.removeAll(ip);
      if (!(await network.addAddress({ iface: newIface, ip, maskBits })))
        throw new Error(`Failed to add ${ip}/${maskBits} on dev ${newIface}`);
      return;
    }
    case 'init':
    case 'shutdown':
      for (const ip of world.ctdb.publicAddresses()?.ips ?? []) takeOff(ip, world);
      return;
  }
}

function takeOff(ip: string, { kernel }: World): void {
  kernel.end(kernel.connections(ip), true);
  kernel.removeAll(ip);
}

/** What the event daemon does where 10.interface failed at an event that takes addresses off. Answers a line for each that was left. */
export function takeOffLeft({ name, argv }: RaisedEvent, { kernel, ctdb }: World): readonly string[] {
  if (!takesOff.has(name)) return [];
  const one = canonicalIp(argv[1] ?? '');
  const ips = name === 'releaseip' ? (one === undefined ? [] : [one]) : (ctdb.publicAddresses()?.ips ?? []);
  return ips.flatMap((ip) => {
    const ifaces = kernel.removeAll(ip);
    return ifaces.length === 0
      ? []
      : [`WARNING: ${ip} was taken off ${ifaces.join(' and ')} without its plugin: no connection was reset`];
  });
}
