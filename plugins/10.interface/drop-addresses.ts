import type { Context, PublicAddresses } from 'ctdb-hook';

/** Takes every public address off that is still on an interface, as a killed ctdbd leaves them. */
export async function dropAddresses(
  { addresses }: PublicAddresses,
  { network, log }: Context,
): Promise<void> {
  for (const { ip } of addresses) {
    const hosted = await network.findAddress(ip);
    if (hosted === undefined) continue;
    log(`Removing public address ${ip}/${hosted.maskBits} from device ${hosted.iface}`);
    await network.deleteAddress(hosted, { quiet: true });
  }
}
