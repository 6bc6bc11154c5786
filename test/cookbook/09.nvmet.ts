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

  async init(_event, context) {
    for (const { id } of await findPorts(context)) await closePort(id, context);
  },

  async startup(_event, { files, options }) {
    for (const nqn of options.NVMET_SUBSYSTEMS)
      if ((await files.list(`${options.NVMET_DIRECTORY}/subsystems/${nqn}`)) === undefined)
        throw new Failure(`ERROR: the NVMe target has no subsystem ${nqn}`);
  },

  async shutdown(_event, context) {
    for (const { id } of await findPorts(context)) await closePort(id, context);
  },

  takeip() {
    // At ipreallocated.
  },

  async releaseip({ ip }, context) {
    for (const port of await findPorts(context)) if (port.ip === ip) await closePort(port.id, context);
  },

  async ipreallocated(_event, context) {
    const held = new Set((await context.addresses()).map(({ ip }) => ip));
    const ports = await findPorts(context);
    for (const { ip, id } of ports) if (!held.has(ip)) await closePort(id, context);
    for (const ip of held) await openPort(ip, ports.find((port) => port.ip === ip)?.id, context);
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

/** A port of the target on one of CTDB's public addresses. */
interface Port {
  readonly id: string;
  readonly ip: string;
  readonly links: readonly string[];
}

/** Ports on other addresses are not ours, and stay as they are. */
async function findPorts({ ctdb, files, options }: Nvmet): Promise<readonly Port[]> {
  const configured = new Set((await ctdb.publicAddresses())?.ips);
  const ports: Port[] = [];
  for (const id of (await files.list(`${options.NVMET_DIRECTORY}/ports`)) ?? []) {
    const path = `${options.NVMET_DIRECTORY}/ports/${id}`;
    const ip = (await files.read(`${path}/addr_traddr`))?.trim() ?? '';
    const links = (await files.list(`${path}/subsystems`)) ?? [];
    if (configured.has(ip)) ports.push({ id, ip, links });
  }
  return ports;
}

/** Makes the port of an address, or what is missing of it. */
async function openPort(ip: string, known: string | undefined, context: Nvmet): Promise<void> {
  const { act, files, log, options } = context;
  const directory = options.NVMET_DIRECTORY;
  const id = known ?? freeNumber((await files.list(`${directory}/ports`)) ?? []);
  const path = `${directory}/ports/${id}`;
  const links = (await files.list(`${path}/subsystems`)) ?? [];
  if (known === undefined) {
    await act(['mkdir', path]);
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
    const linked = await act(['ln', '-s', `${directory}/subsystems/${nqn}`, `${path}/subsystems/${nqn}`]);
    if (!linked.ok) log(`WARNING: ${nqn} is not offered on ${ip}`);
  }
}

/** Without its last link the kernel ends the port's connections. It does not throw: the address has to leave. */
async function closePort(id: string, { act, files, options }: Nvmet): Promise<void> {
  const path = `${options.NVMET_DIRECTORY}/ports/${id}`;
  const links = (await files.list(`${path}/subsystems`)) ?? [];
  if (links.length > 0)
    await act(['rm', ...links.map((nqn) => `${path}/subsystems/${nqn}`)], { timeoutMs: 5000 });
  await act(['rmdir', path], { timeoutMs: 5000 });
}

/** The lowest number that no port has. The kernel takes 0 to 65535. */
function freeNumber(taken: readonly string[]): string {
  for (let number = 1; ; number++) if (!taken.includes(`${number}`)) return `${number}`;
}
