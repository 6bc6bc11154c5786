import { randomInt } from 'node:crypto';
import { type Codec, encode } from '../codec/codec.ts';
import { call, type RpcCall } from './call.ts';
import type { Channel, Endpoint, TakeReply } from './channel.ts';
import { takeReply, type RpcReply } from './reply.ts';
import { openTcp } from './tcp-channel.ts';
import { openUdp } from './udp-channel.ts';

/** Calls the procedures of one program. */
export class RpcClient implements Disposable {
  readonly #channel: Channel;
  #xid = randomInt(2 ** 32);

  private constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** Opens a channel to a program. @throws RpcError if that fails. */
  static async open(endpoint: Endpoint, timeoutMs: number, signal: AbortSignal): Promise<RpcClient> {
    const open = endpoint.transport.startsWith('tcp') ? openTcp : openUdp;
    return new RpcClient(await open(endpoint, timeoutMs, signal));
  }

  /**
   * Calls a procedure.
   *
   * @param hasAll whether these bytes hold all results that are wanted; a reply that ends without them counts too.
   * @throws RpcError if there is no reply in time, or no valid one.
   */
  async call<T>(
    to: Omit<RpcCall, 'xid'>,
    args: { readonly codec: Codec<T>; readonly value: T } | undefined,
    timeoutMs: number,
    hasAll: (results: Buffer) => boolean = () => true,
  ): Promise<RpcReply> {
    this.#xid = (this.#xid + 1) >>> 0;
    const xid = this.#xid;
    const head = encode(call, { ...to, xid });
    const message = args === undefined ? head : Buffer.concat([head, encode(args.codec, args.value)]);
    return this.#channel.exchange(message, takerOf(xid, hasAll), timeoutMs);
  }

  [Symbol.dispose](): void {
    this.#channel[Symbol.dispose]();
  }
}

/** Takes the reply with this xid. Other replies are late or forged. */
const takerOf =
  (xid: number, hasAll: (results: Buffer) => boolean): TakeReply =>
  (message, isWhole) => {
    if (message.length < 4 || message.readUInt32BE() !== xid) return undefined;
    const { reply } = takeReply(message);
    if (reply.kind !== 'success') return reply;
    return isWhole || hasAll(reply.results) ? { ...reply, results: Buffer.from(reply.results) } : undefined;
  };
