import { randomInt } from 'node:crypto';
import { type Codec, encode } from '../codec/codec.ts';
import { MalformedPacket } from '../codec/malformed-packet.ts';
import { call, type Call } from './call.ts';
import type { Channel, Endpoint } from './channel.ts';
import { takeReply, type Reply } from './reply.ts';
import { RpcError } from './rpc-error.ts';
import { openTcp } from './tcp-channel.ts';
import { openUdp } from './udp-channel.ts';

/** Calls the procedures of one program. */
export class RpcClient implements Disposable {
  readonly #channel: Channel;
  #xid = randomInt(2 ** 32);

  private constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** Finds the way to a program. @throws RpcError if there is none. */
  static async open(endpoint: Endpoint, timeoutMs: number, signal: AbortSignal): Promise<RpcClient> {
    const open = endpoint.transport.startsWith('tcp') ? openTcp : openUdp;
    return new RpcClient(await open(endpoint, timeoutMs, signal));
  }

  /**
   * Calls a procedure.
   *
   * @throws RpcError if there is no reply in time, or one that is none.
   */
  async call<T>(
    to: Omit<Call, 'xid'>,
    args: { readonly codec: Codec<T>; readonly value: T } | undefined,
    timeoutMs: number,
  ): Promise<Reply> {
    this.#xid = (this.#xid + 1) >>> 0;
    const xid = this.#xid;
    const head = encode(call, { ...to, xid });
    const message = args === undefined ? head : Buffer.concat([head, encode(args.codec, args.value)]);
    try {
      return takeReply(await this.#channel.exchange(message, xid, timeoutMs)).reply;
    } catch (error) {
      if (error instanceof MalformedPacket) throw new RpcError("Can't decode result");
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#channel[Symbol.dispose]();
  }
}
