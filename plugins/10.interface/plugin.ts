import {
  definePlugin,
  Failure,
  findOwnAddresses,
  healthy,
  parseArguments,
  unhealthy,
  updateTickles,
  type Context,
} from 'ctdb-hook';
import { listAddresses } from './address-list.ts';
import { dropAddresses } from './drop-addresses.ts';
import { monitorInterfaces } from './monitor-interfaces.ts';
import { options } from './options.ts';
import { keepsList, setsArpFilter } from './release.ts';
import { releaseip } from './releaseip.ts';
import { takeip } from './takeip.ts';
import { updateip } from './updateip.ts';
import { warnOfDifferences } from './warn-of-differences.ts';

/**
 * Puts public addresses on interfaces, takes them off again and watches the interfaces.
 *
 * A node without a public_addresses file has nothing to do with any of it, so that is looked at before an event's
 * arguments are.
 */
export default definePlugin({
  options,
  rawArguments: true,

  async init(_event, context) {
    const configured = await context.ctdb.publicAddresses();
    if (configured === undefined) {
      context.log('No public addresses file found');
      return;
    }
    if (setsArpFilter(context)) await answerOnlyForOwn(context);
    if (!(await hasPromoteSecondaries(context))) {
      throw new Failure('Public IPs only supported if promote_secondaries is available');
    }
    for (const error of configured.errors) context.log(`WARNING: ${error}`);
    await context.network.unblockAll(configured.ips);
    await dropAddresses(configured, context);
  },

  async startup(_event, context) {
    if (await hasPublicAddresses(context)) await monitorInterfaces(context);
  },

  async shutdown(_event, context) {
    const configured = await context.ctdb.publicAddresses();
    if (configured !== undefined) await dropAddresses(configured, context);
  },

  async monitor(_event, context) {
    if (!(await hasPublicAddresses(context))) return healthy;
    // What is wrong was said of each interface.
    if (!(await monitorInterfaces(context))) return unhealthy('');
    await updateTickles(context);
    return healthy;
  },

  async takeip({ name, argv }, context) {
    if (await hasPublicAddresses(context)) await takeip(parseArguments(name, argv), context);
  },

  async releaseip({ name, argv }, context) {
    if (await hasPublicAddresses(context)) await releaseip(parseArguments(name, argv), context);
  },

  async updateip({ name, argv }, context) {
    if (await hasPublicAddresses(context)) await updateip(parseArguments(name, argv), context);
  },

  async ipreallocated(_event, context) {
    if (!(await hasPublicAddresses(context))) return;
    const own = await findOwnAddresses(context);
    if (own !== undefined && keepsList(context)) await listAddresses(own, context);
    if (own !== undefined) await warnOfDifferences(own, context);
  },
});

const hasPublicAddresses = async ({ ctdb }: Context): Promise<boolean> => {
  return (await ctdb.publicAddresses()) !== undefined;
};

/** Has an interface answer ARP for the addresses that are routed over it. A kernel without the setting goes without. */
async function answerOnlyForOwn({ act, files, paths }: Context): Promise<void> {
  const setting = `${paths.proc}/sys/net/ipv4/conf/all/arp_filter`;
  // By a shell: what is written to proc goes in place. Whether it works fails nothing.
  if ((await files.read(setting)) !== undefined) await act(['sh', '-c', 'echo 1 >"$0"', setting]);
}

/** Without it, taking one address off an interface would take off every other one of its subnet. */
const hasPromoteSecondaries = async ({ files, paths }: Context): Promise<boolean> => {
  return (await files.read(`${paths.proc}/sys/net/ipv4/conf/all/promote_secondaries`)) !== undefined;
};
