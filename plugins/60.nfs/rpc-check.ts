import { describeEnd } from 'ctdb-hook';
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
  context: NfsContext,
): Promise<string | undefined> {
  const { CTDB_RPCINFO_LOCALHOST: host4, CTDB_RPCINFO_LOCALHOST6: host6 } = context.options;
  for (const family of families) {
    const host = family === 'tcp6' || family === 'udp6' ? host6 : host4;
    for (const version of versions.length === 0 ? [undefined] : versions) {
      const reason = await findReason({ family, host, program, version }, context);
      if (reason !== undefined) return `${program} failed RPC check:\n${reason}`.trimEnd();
    }
  }
  return undefined;
}

/** What rpcinfo says when there was no answer in its time: perhaps the service is only busy. */
export const rpcTimedOut = 'rpcinfo: RPC: Timed out';

/** One call, in rpcinfo's words. */
interface RpcCall {
  readonly family: string;
  readonly host: string;
  readonly program: string;
  readonly version: string | undefined;
}

/** Why a call fails, as rpcinfo says it. Only rpcinfo knows what to say of words that it does not take. */
function findReason(call: RpcCall, context: NfsContext): Promise<string | undefined> {
  const { family, version } = call;
  const isPlain = isTransport(family) && (version === undefined || /^\d{1,9}$/.test(version));
  return context.network.name === 'netlink' && isPlain
    ? sampleReason({ ...call, family }, context)
    : askRpcinfo(call, context);
}

async function askRpcinfo(
  { family, host, program, version }: RpcCall,
  { run }: NfsContext,
): Promise<string | undefined> {
  const words = version === undefined ? [] : [version];
  const asked = await run(['rpcinfo', '-T', family, host, program, ...words], { oneStream: true });
  if (asked.ok) return undefined;
  return asked.ended === 'exited' || asked.ended === 'not-started'
    ? asked.stdout
    : `rpcinfo ${describeEnd(asked)}\n${asked.stdout}`;
}

type Transport = (typeof transports)[number];

const transports = ['tcp', 'udp', 'tcp6', 'udp6'] as const;

const isTransport = (family: string): family is Transport => transports.some((known) => known === family);

async function sampleReason(
  { family: transport, host, program, version }: RpcCall & { readonly family: Transport },
  { options, sample }: NfsContext,
): Promise<string | undefined> {
  const limits = { intervalMs: 1000 * options.CTDB_HOOK_RPC_INTERVAL, timeoutMs, staleMs: 2 * timeoutMs };
  const name = `rpc ${transport} ${host} ${program} ${version ?? ''}`;
  const sampled = await sample(name, limits, ({ rpc }) =>
    rpc.ping(program, { transport, host, ...(version !== undefined && { version: Number(version) }) }),
  );
  const answer = sampled.kind === 'late' ? { ok: false, reason: rpcTimedOut } : sampled.answer;
  if (answer.ok || !('reason' in answer)) return undefined;
  const since = sampled.since === undefined ? '' : `\nfailing since ${sampled.since.toISOString()}`;
  return `${answer.reason}${since}`;
}

/**
 * The limit of a check, in milliseconds. It is longer than the limits of the calls themselves: a minute for rpcbind, 10
 * seconds for the program.
 */
const timeoutMs = 80_000;
