import { type AddressState, Failure, type Context, type PublicAddress } from 'ctdb-hook';

/** How long duplicate address detection may take: 2 s with the kernel's defaults. */
const detectionMs = 5000;

/**
 * Puts an address on an interface and waits until it can be used.
 *
 * @throws Failure if it cannot; the address is not on the interface then.
 */
export async function addAddress(address: PublicAddress, { network }: Context): Promise<void> {
  const { iface, ip, maskBits } = address;
  const failure = new Failure(`Failed to add ${ip}/${maskBits} on dev ${iface}`);
  if (!(await network.bringUp(iface))) throw new Failure(`Failed to bringup interface ${iface}`);
  if (!(await network.addAddress(address))) throw failure;
  if (!ip.includes(':')) return;
  switch (await detect(address, network)) {
    case 'usable':
      return;
    case 'missing':
      throw failure;
    case 'tentative':
    case 'duplicate':
      await network.deleteAddress({ ...address, device: iface });
      throw failure;
  }
}

/** An address that nobody can use yet is taken off again when the event is told to stop: the next takeip could not add it. */
async function detect(address: PublicAddress, network: Context['network']): Promise<AddressState> {
  try {
    return await network.findAddressState(address.ip, detectionMs);
  } catch (error) {
    await network.deleteAddress({ ...address, device: address.iface }, { quiet: true, isUndo: true });
    throw error;
  }
}
