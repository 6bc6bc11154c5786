import type { Codec } from '../codec/codec.ts';
import { MalformedPacket } from '../codec/malformed-packet.ts';
import { struct } from '../codec/struct.ts';
import { familyOfTransport, type Endpoint, type RpcTransport } from './channel.ts';
import { RpcClient } from './client.ts';
import { describeBriefly } from './describe-reply.ts';
import type { RpcReply } from './reply.ts';
import { cannotDecode, rpcTimedOut, RpcError } from './rpc-error.ts';
import { placeOfUniversal, universalAddress, type Place } from './universal-address.ts';
import { xdrNumber, xdrOpaque } from './xdr.ts';

/** A program whose port is wanted. */
export interface Sought {
  readonly transport: RpcTransport;
  /** An address of the transport's family. */
  readonly host: string;
  readonly program: number;
  readonly version: number;
}

/**
 * Asks rpcbind on the program's host where the program listens: GETADDR of versions 4 and 3, and for IPv4 GETPORT of
 * version 2, which portmap knows. RFC 1833.
 *
 * The next version is asked only where libtirpc asks it: after "no such program", "no such version", unless all there are
 * come after version 4, and arguments that were not understood. rpcbind answers with another version of the program where
 * there is not the one asked for.
 *
 * @throws RpcError if rpcbind does not know or does not answer.
 */
export async function findPlace(sought: Sought, timeoutMs: number, signal: AbortSignal): Promise<Place> {
  const endpoint: Endpoint = { ...sought, port: rpcbindPort };
  const end = performance.now() + timeoutMs;
  using client = await RpcClient.open(endpoint, timeoutMs, signal);
  for (const version of [4, 3]) {
    const reply = await ask(client, version, sought, leftUntil(end));
    if (reply.kind === 'success') return placeIn(reply.results, familyOfTransport(sought.transport));
    if (reply.kind === 'version-mismatch' && reply.low > 4) throw new RpcError('Success');
    if (!asksFurther.has(reply.kind)) throw new RpcError(whyNotFound(reply));
  }
  if (familyOfTransport(sought.transport) === 6) throw notRegistered();
  return { host: sought.host, port: await askPortmap(client, sought, leftUntil(end)) };
}

const asksFurther: ReadonlySet<RpcReply['kind']> = new Set([
  'program-unavailable',
  'version-mismatch',
  'garbage-arguments',
]);

function leftUntil(end: number): number {
  const leftMs = end - performance.now();
  if (leftMs <= 0) throw rpcTimedOut();
  return leftMs;
}

/** libtirpc's text for an rpcbind that refuses. */
const whyNotFound = (reply: Exclude<RpcReply, { readonly kind: 'success' }>): string =>
  reply.kind === 'system-error' ? 'Remote system error - Success' : describeBriefly(reply);

const notRegistered = (): RpcError => new RpcError('Program not registered');

/** Asks for the port by version 2. An error here is a failure of the port mapper, in libtirpc's words. */
async function askPortmap(client: RpcClient, sought: Sought, timeoutMs: number): Promise<number> {
  const port = await ask(client, 2, sought, timeoutMs)
    .then((reply) => {
      if (reply.kind !== 'success') throw new RpcError(describeBriefly(reply));
      return decodeResults(xdrNumber, reply.results);
    })
    .catch((error: unknown) => {
      throw error instanceof RpcError ? new RpcError(`Port mapper failure - ${error.brief}`) : error;
    });
  // libtirpc reads 16 bits of it.
  if ((port & 0xffff) === 0) throw notRegistered();
  return port & 0xffff;
}

/** The port of rpcbind. */
export const rpcbindPort = 111;

/** rpcbind's own program number. */
export const rpcbindProgram = 100_000;

/** The longest string that libtirpc accepts (RPC_MAXDATASIZE, tirpc/rpc/rpc_msg.h). */
export const stringBytesMax = 9000;

const text = xdrOpaque(stringBytesMax);

const addressQuery = struct({
  program: xdrNumber,
  version: xdrNumber,
  netid: text,
  address: text,
  owner: text,
});
const portQuery = struct({ program: xdrNumber, version: xdrNumber, protocol: xdrNumber, port: xdrNumber });

/** The number of both GETADDR and GETPORT. */
const lookUp = 3;

function ask(client: RpcClient, version: number, sought: Sought, timeoutMs: number): Promise<RpcReply> {
  const { program, transport, host } = sought;
  const to = { program: rpcbindProgram, version, procedure: lookUp };
  if (version === 2) {
    const protocol = transport === 'tcp' ? 6 : 17;
    return client.call(
      to,
      { codec: portQuery, value: { program, version: sought.version, protocol, port: 0 } },
      timeoutMs,
      ({ length }) => length >= 4,
    );
  }
  const value = {
    program,
    version: sought.version,
    netid: Buffer.from(transport),
    address: Buffer.from(universalAddress(host, rpcbindPort)),
    owner: Buffer.from('ctdb-hook'),
  };
  return client.call(to, { codec: addressQuery, value }, timeoutMs, hasAddress);
}

/** Whether the address is complete, or longer than any can be. */
function hasAddress(results: Buffer): boolean {
  if (results.length < 4) return false;
  const length = results.readUInt32BE();
  return length > stringBytesMax || results.length >= 4 + length + (-length & 3);
}

/** Reads the address. An empty one means that the program is not there. One that is no address gets libtirpc's message. */
function placeIn(results: Buffer, family: 4 | 6): Place {
  const [universal = ''] = decodeResults(text, results).toString('latin1').split('\0', 1);
  if (universal === '') throw notRegistered();
  const place = placeOfUniversal(universal, family);
  if (place === undefined) throw new RpcError('(unknown error code)');
  return place;
}

/** Reads the results. Anything may follow them. */
function decodeResults<T>(codec: Codec<T>, results: Buffer): T {
  try {
    return codec.take(results, 0)[0];
  } catch (error) {
    throw error instanceof MalformedPacket ? cannotDecode() : error;
  }
}
