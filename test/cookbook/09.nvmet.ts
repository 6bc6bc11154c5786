import { definePlugin, Failure, healthy, option, unhealthy, type Context } from 'ctdb-hook';
import * as z from 'zod';

const options = z.object({
  NVMET_DIRECTORY: option.path('/sys/kernel/config/nvmet'),
  // NQNs of the subsystems that are offered. They are made when the machine starts, such as by `nvmetcli restore`.
  NVMET_SUBSYSTEMS: option.words([]),
  NVMET_PORT: option.wholeNumber(4420, { min: 1, max: 65535 }),
});

type Nvmet = Context<z.output<typeof options>>;

/**
 * The kernel's NVMe over TCP target, with a port on each public address that this node holds.
 *
 * The number is below that of 10.interface: the port closes before its address leaves. The kernel binds a port when its first
 * subsystem is linked, so it opens at ipreallocated, when the address is there.
 */
export default definePlugin({
  options,
  tcp: ({ NVMET_PORT }) => ({ ports: [NVMET_PORT], reset: 'both-ends' }),

  init: (_event, context) => closePorts(context, () => true),

  async startup(_event, { files, options }) {
    for (const nqn of options.NVMET_SUBSYSTEMS)
      if ((await files.list(`${options.NVMET_DIRECTORY}/subsystems/${nqn}`)) === undefined)
        throw new Failure(`ERROR: the NVMe target has no subsystem ${nqn}`);
  },

  shutdown: (_event, context) => closePorts(context, () => true),

  takeip() {
    // At ipreallocated.
  },

  // An address has to leave whatever is wrong here: what is thrown would keep it.
  async releaseip({ ip }, context) {
    try {
      await closePorts(context, (each) => each === ip);
    } catch (error) {
      context.signal.throwIfAborted();
      context.log(`WARNING: the port on ${ip} may be open: ${String(error)}`);
    }
  },

  async ipreallocated(_event, context) {
    const held = new Set((await context.addresses()).map(({ ip }) => ip));
    await closePorts(context, (ip) => !held.has(ip));
    for (const ip of held) await openPort(ip, context);
  },

  async monitor(_event, context) {
    const ports = await findPorts(context);
    for (const { ip } of await context.addresses()) {
      const links = ports.find((port) => port.ip === ip)?.links ?? [];
      const missing = context.options.NVMET_SUBSYSTEMS.filter((nqn) => !links.includes(nqn));
      if (missing.length > 0) return unhealthy(`ERROR: ${ip} does not offer ${missing.join(', ')}`);
    }
    return healthy;
  },
});

/** A port of the target. Its address is empty while it is made. */
interface Port {
  readonly id: string;
  readonly ip: string;
  readonly links: readonly string[];
}

async function findPorts({ files, options }: Nvmet): Promise<readonly Port[]> {
  const ports: Port[] = [];
  for (const id of (await files.list(`${options.NVMET_DIRECTORY}/ports`)) ?? []) {
    const path = `${options.NVMET_DIRECTORY}/ports/${id}`;
    const ip = (await files.read(`${path}/addr_traddr`))?.trim() ?? '';
    ports.push({ id, ip, links: (await files.list(`${path}/subsystems`)) ?? [] });
  }
  return ports;
}

/** Makes the port of an address, or what is missing of it: a process may have been killed at any line of this. */
async function openPort(ip: string, context: Nvmet): Promise<void> {
  const { act, log, options } = context;
  const ports = await findPorts(context);
  const { id, links } = ports.find((port) => port.ip === ip) ?? {
    id: freeNumber(ports),
    links: [] as string[],
  };
  const path = `${options.NVMET_DIRECTORY}/ports/${id}`;
  if (links.length === 0) {
    await act(['mkdir', '-p', path]);
    const settings = {
      addr_trtype: 'tcp',
      addr_adrfam: ip.includes(':') ? 'ipv6' : 'ipv4',
      addr_traddr: ip,
      addr_trsvcid: `${options.NVMET_PORT}`,
    };
    // Not by `edit`, which puts a new file in the place of the old one: these are the kernel's own.
    for (const [name, value] of Object.entries(settings))
      await act(['tee', `${path}/${name}`], { input: value, quiet: true });
  }
  for (const nqn of options.NVMET_SUBSYSTEMS.filter((each) => !links.includes(each))) {
    const from = `${options.NVMET_DIRECTORY}/subsystems/${nqn}`;
    const linked = await act(['ln', '-s', from, `${path}/subsystems/${nqn}`]);
    if (!linked.ok) log(`WARNING: ${nqn} is not offered on ${ip}`);
  }
}

/** Closes ports on CTDB's public addresses; others are not ours. Without its last link a port's connections end. */
async function closePorts(context: Nvmet, isToClose: (ip: string) => boolean): Promise<void> {
  const { act, ctdb, options } = context;
  const configured = new Set((await ctdb.publicAddresses())?.ips);
  for (const { id, ip, links } of await findPorts(context)) {
    if (!configured.has(ip) || !isToClose(ip)) continue;
    const path = `${options.NVMET_DIRECTORY}/ports/${id}`;
    const limits = { timeoutMs: 5000 };
    if (links.length > 0) await act(['rm', ...links.map((nqn) => `${path}/subsystems/${nqn}`)], limits);
    await act(['rmdir', path], limits);
  }
}

/** The lowest number of no port, or of one without an address. The kernel takes 0 to 65535. */
function freeNumber(ports: readonly Port[]): string {
  const taken = new Set(ports.filter(({ ip }) => ip !== '').map(({ id }) => id));
  for (let number = 1; ; number++) if (!taken.has(`${number}`)) return `${number}`;
}
