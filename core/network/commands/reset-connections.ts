import { join } from 'node:path';
import { isIpv6 } from '../../events/address.ts';
import type { FindTcpReset, TcpReset } from '../tcp-reset.ts';
import type { Connection, ResetOutcome, ResetTarget } from '../network.ts';
import { showErrors, type CommandRunner } from './command-runner.ts';
import { findConnections } from './find-connections.ts';

/** Resets the connections to an address by `ss -K`, by ctdb_killtcp, or by the first and then the second. */
export async function* resetConnections(
  target: ResetTarget,
  findTcpReset: FindTcpReset,
  runner: CommandRunner,
): AsyncGenerator<ResetOutcome, void, undefined> {
  if (target.useSsKill === 'no') {
    const found = (await findConnections(target.ip, runner)) ?? [];
    if (found.length > 0) yield await killtcp(target, found, findTcpReset, runner);
    return;
  }
  const { killed, remaining } = await destroySockets(target.ip, runner);
  yield { kind: 'counted', killed, total: killed + remaining.length, remaining, using: 'ss -K' };
  if (target.useSsKill === 'yes' || remaining.length === 0) return;
  const outcome = await killtcp(target, remaining, findTcpReset, runner);
  yield outcome.kind === 'failed' ? outcome : { ...outcome, using: 'ctdb_killtcp' };
}

/**
 * Destroys the sockets of connections that were made while their address was being released.
 *
 * Not by ctdb_killtcp: it reaches no connection of an address that is gone, and takes 5 s to find out (4.17).
 */
export async function resetStragglers({ ip, useSsKill }: ResetTarget, { act }: CommandRunner): Promise<void> {
  if (useSsKill !== 'no') await act(ssKill(ip), { quiet: true });
}

async function destroySockets(
  ip: string,
  runner: CommandRunner,
): Promise<{ killed: number; remaining: readonly Connection[] }> {
  const outcome = await runner.act(ssKill(ip), { quiet: true });
  showErrors(outcome, runner);
  const killed = outcome.stdout.split('\n').filter((line) => line.trim() !== '').length;
  return { killed, remaining: (await findConnections(ip, runner)) ?? [] };
}

/** Without brackets ss takes an IPv6 address for a host and a port. */
const ssKill = (ip: string): [string, ...string[]] => {
  return ['ss', '-K', '-tnH', 'state', 'established', 'src', isIpv6(ip) ? `[${ip}]` : ip];
};

async function killtcp(
  { iface, ip }: ResetTarget,
  found: readonly Connection[],
  findTcpReset: FindTcpReset,
  runner: CommandRunner,
): Promise<ResetOutcome> {
  const tcpReset = await findTcpReset();
  const helper = join(runner.paths.helperDir, 'ctdb_killtcp');
  const level = runner.environment['CTDB_KILLTCP_DEBUGLEVEL'] ?? '';
  const { ok } = await runner.act([helper, iface], {
    input: found.map((connection) => killtcpLines(connection, tcpReset)).join(''),
    ...(level === '' ? {} : { environment: { CTDB_DEBUGLEVEL: level } }),
  });
  if (!ok) return { kind: 'failed' };
  const remaining = (await findConnections(ip, runner)) ?? [];
  return { kind: 'counted', killed: found.length - remaining.length, total: found.length, remaining };
}

/** Each line has ctdb_killtcp reset the end that comes second. */
function killtcpLines({ server, client }: Connection, tcpReset: TcpReset): string {
  const serverEnd = `${client} ${server}\n`;
  const port = Number(server.slice(server.lastIndexOf(':') + 1));
  return tcpReset(port) === 'server-end' ? serverEnd : `${serverEnd}${server} ${client}\n`;
}
