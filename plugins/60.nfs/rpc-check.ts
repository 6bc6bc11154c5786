import type { NfsContext } from './nfs-context.ts';

/** The RPC calls that check a service: one per family and version. */
export interface RpcCheck {
  readonly program: string;
  readonly families: readonly string[];
  readonly versions: readonly string[];
}

/** Calls the service's procedure that does nothing; says what is wrong with the first call that fails. */
export async function findRpcFailure(
  { program, families, versions }: RpcCheck,
  { options, run }: NfsContext,
): Promise<string | undefined> {
  for (const family of families) {
    const isIpv6 = family === 'tcp6' || family === 'udp6';
    const host = isIpv6 ? options.CTDB_RPCINFO_LOCALHOST6 : options.CTDB_RPCINFO_LOCALHOST;
    for (const version of versions.length === 0 ? [[]] : versions.map((word) => [word])) {
      const call = await run(['rpcinfo', '-T', family, host, program, ...version], { oneStream: true });
      if (!call.ok) return `${program} failed RPC check:\n${call.stdout}`.trimEnd();
    }
  }
  return undefined;
}

/** What rpcinfo says when there was no answer in its time: perhaps the service is only busy. */
export const rpcTimedOut = 'rpcinfo: RPC: Timed out';
