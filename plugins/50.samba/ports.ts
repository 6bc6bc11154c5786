import { describeEnd, healthy, shellStatus, unhealthy, type Context, type Health } from 'ctdb-hook';
import { findValues } from './testparm.ts';

/** Which TCP ports Samba should listen on, or why that is not known. */
export type Ports = { readonly ports: readonly string[] } | { readonly unknown: string };

/**
 * The TCP ports to check: those given by option, else those that Samba's settings name.
 *
 * @param knowsPortsOnly whether the words that are given are ports as they stand, which ctdb judges.
 */
export function findPorts(given: string | undefined, settings: string, knowsPortsOnly: boolean): Ports {
  if (given !== undefined && knowsPortsOnly)
    return { ports: given.split(/\s+/).filter((word) => word !== '') };
  const listed =
    given ?? findValues(settings, 'server smb transports')[0] ?? findValues(settings, 'smb ports')[0];
  if (listed === undefined) return { unknown: 'Failed to set smb ports' };
  const ports = tcpPorts(listed);
  return ports.length === 0 ? { unknown: 'Failed to set smb tcp ports' } : { ports };
}

/** The TCP ports in a list of ports and transports as smb.conf has them: `tcp, nbt:1139, quic`, or `445 139`. */
export const tcpPorts = (listed: string): readonly string[] =>
  listed
    .split(/[\s,]+/)
    .flatMap((word) => standardPorts.get(word) ?? /^(?:(?:tcp|nbt):)?(\d+)$/.exec(word)?.[1] ?? []);

/** Asks ctdb whether something listens on each of the ports, ending at the first where that is not so. */
export async function checkPorts(ports: readonly string[], context: Context): Promise<Health> {
  for (const port of ports) {
    const command = `${context.ctdb.command} checktcpport ${port}`;
    const { status, said } = await checkPort(port, command, context);
    if (status === addressInUse) continue;
    if (status === 0) return unhealthy(`samba not listening on TCP port ${port}`);
    return unhealthy(`unexpected error (${status}) running "${command}"\n${said}`.trimEnd());
  }
  return healthy;
}

/** What ctdb answers, or under `netlink` what it would: it binds the port. */
async function checkPort(
  port: string,
  command: string,
  { checkTcpPort, network, run }: Context,
): Promise<{ readonly status: number; readonly said: string }> {
  if (network.name === 'netlink' && Number(port) > 0 && Number(port) < 65_536)
    return { status: await checkTcpPort(Number(port)), said: '' };
  const [program = 'ctdb', ...words] = command.split(/\s+/).filter((word) => word !== '');
  const checked = await run([program, ...words], { oneStream: true });
  const status = shellStatus(checked);
  // What did not come to its own end has not answered, whatever a shell makes of that.
  const said =
    checked.ended === 'exited' ? checked.stdout : `${command} ${describeEnd(checked)}\n${checked.stdout}`;
  return { status, said };
}

/** EADDRINUSE: the port could not be bound, so something listens there. */
const addressInUse = 98;

/** The ports of Samba's transports over TCP, where the transport is named without one. */
const standardPorts: ReadonlyMap<string, string> = new Map([
  ['tcp', '445'],
  ['nbt', '139'],
]);
