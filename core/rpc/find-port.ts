import { decode } from '../codec/codec.ts';
import { MalformedPacket } from '../codec/malformed-packet.ts';
import { struct } from '../codec/struct.ts';
import type { Endpoint, Transport } from './channel.ts';
import { RpcClient } from './client.ts';
import { describeReply } from './describe-reply.ts';
import type { Reply } from './reply.ts';
import { rpcTimedOut, RpcError } from './rpc-error.ts';
import { portOf, universalAddress } from './universal-address.ts';
import { xdrNumber, xdrOpaque } from './xdr.ts';

/** A program whose port is looked for. */
export interface Sought {
  readonly transport: Transport;
  /** An address of the transport's family. */
  readonly host: string;
  readonly program: number;
  readonly version: number;
}

/**
 * Asks rpcbind on the program's host where the program listens: GETADDR of versions 4 and 3, and for IPv4 GETPORT of
 * version 2, which portmap knows.
 *
 * rpcbind answers with another version of the program where there is not the one asked for. RFC 1833.
 *
 * @throws RpcError if rpcbind does not know or does not answer.
 */
export async function findPort(sought: Sought, timeoutMs: number, signal: AbortSignal): Promise<number> {
  const endpoint: Endpoint = { ...sought, port: rpcbindPort };
  const end = performance.now() + timeoutMs;
  using client = await RpcClient.open(endpoint, timeoutMs, signal);
  let last: Exclude<Reply, { readonly kind: 'success' }> | undefined;
  for (const version of sought.transport.endsWith('6') ? [4, 3] : [4, 3, 2]) {
    const leftMs = end - performance.now();
    if (leftMs <= 0) throw rpcTimedOut();
    const reply = await ask(client, version, sought, leftMs);
    if (reply.kind === 'success') return portIn(reply.results, version);
    last = reply;
    if (last.kind !== 'version-mismatch' && last.kind !== 'procedure-unavailable') break;
  }
  throw new RpcError(whyNotFound(last));
}

/** What libtirpc says of an rpcbind that refuses. */
function whyNotFound(last: Exclude<Reply, { readonly kind: 'success' }> | undefined): string {
  if (last === undefined || last.kind === 'version-mismatch') return 'Program not registered';
  return last.kind === 'system-error' ? 'Remote system error - Success' : describeReply(last);
}

/** Where rpcbind listens. */
export const rpcbindPort = 111;

/** rpcbind's own program number. */
export const rpcbindProgram = 100_000;

const text = xdrOpaque(256);

const addressQuery = struct({
  program: xdrNumber,
  version: xdrNumber,
  netid: text,
  address: text,
  owner: text,
});
const portQuery = struct({ program: xdrNumber, version: xdrNumber, protocol: xdrNumber, port: xdrNumber });

/** GETADDR and GETPORT alike. */
const lookUp = 3;

function ask(client: RpcClient, version: number, sought: Sought, timeoutMs: number): Promise<Reply> {
  const { program, transport, host } = sought;
  const to = { program: rpcbindProgram, version, procedure: lookUp };
  if (version === 2) {
    const protocol = transport === 'tcp' ? 6 : 17;
    return client.call(
      to,
      { codec: portQuery, value: { program, version: sought.version, protocol, port: 0 } },
      timeoutMs,
    );
  }
  const value = {
    program,
    version: sought.version,
    netid: Buffer.from(transport),
    address: Buffer.from(universalAddress(host, rpcbindPort)),
    owner: Buffer.from('ctdb-hook'),
  };
  return client.call(to, { codec: addressQuery, value }, timeoutMs);
}

/** No address, an empty one and port 0 all mean that the program is not there. */
function portIn(results: Buffer, version: number): number {
  try {
    const port =
      version === 2
        ? decode(xdrNumber, results)
        : results.length === 0
          ? 0
          : (portOf(decode(text, results).toString('latin1')) ?? 0);
    if (port > 0 && port < 65536) return port;
  } catch (error) {
    if (error instanceof MalformedPacket) throw new RpcError("Can't decode result");
    throw error;
  }
  throw new RpcError('Program not registered');
}
