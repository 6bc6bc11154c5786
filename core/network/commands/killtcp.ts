import { join } from 'node:path';
import type { Connection, ResetOutcome, ResetTarget } from '../network.ts';
import type { FindTcpReset, TcpReset } from '../tcp-reset.ts';
import type { CommandRunner } from './command-runner.ts';

/**
 * Resets connections by ctdb_killtcp, which sends the packets itself. Counts with `findLeft` the connections that are left.
 *
 * Equivalent to: `ctdb_killtcp $iface`, with the connections on standard input.
 */
export async function killtcp(
  { iface }: ResetTarget,
  found: readonly Connection[],
  findTcpReset: FindTcpReset,
  runner: CommandRunner,
  findLeft: () => Promise<readonly Connection[] | undefined>,
): Promise<ResetOutcome> {
  const tcpReset = await findTcpReset();
  const helper = join(runner.paths.helperDir, 'ctdb_killtcp');
  const level = runner.environment['CTDB_KILLTCP_DEBUGLEVEL'] ?? '';
  const { ok } = await runner.act([helper, iface], {
    input: found.map((connection) => killtcpLines(connection, (port) => tcpReset(port, false))).join(''),
    ...(level === '' ? {} : { environment: { CTDB_DEBUGLEVEL: level } }),
  });
  if (!ok) return { kind: 'failed' };
  const remaining = await findLeft();
  if (remaining === undefined) return { kind: 'failed' };
  return { kind: 'counted', killed: found.length - remaining.length, total: found.length, remaining };
}

/**
 * The lines for a connection. Each makes ctdb_killtcp reset the end that it names second. IPv6 addresses have no brackets:
 * every CTDB's ctdb_killtcp reads that form, and that of 4.13 refuses all lines if one has brackets (`Unable to parse
 * connections`).
 */
function killtcpLines(connection: Connection, policyOf: (port: number) => ReturnType<TcpReset>): string {
  const bare = (end: string): string => end.replaceAll(/[[\]]/g, '');
  const [server, client] = [bare(connection.server), bare(connection.client)];
  const serverEnd = `${client} ${server}\n`;
  const port = Number(server.slice(server.lastIndexOf(':') + 1));
  return policyOf(port) === 'server-end' ? serverEnd : `${serverEnd}${server} ${client}\n`;
}
