import type { Socket } from 'node:net';
import { inspect } from 'node:util';
import { decode, encode } from '../codec/codec.ts';
import { MalformedPacket } from '../codec/malformed-packet.ts';
import { Frames, requestBytesMax } from './frames.ts';
import { protocolVersion, reply, type Reply, request, type Request, results } from './messages.ts';
import { packet } from './packet.ts';

/** The sender of a request. */
export interface Client {
  /** Counts the clients of a server, from 1. */
  readonly number: number;
  /** Is aborted when the client is gone and cannot be answered any more. */
  readonly signal: AbortSignal;
}

/** Answers one request. A rejection is reported, and answered with `results.broken`. */
export type Handle = (request: Request, client: Client) => Promise<Reply>;

/**
 * Most requests of one client that wait for their reply. Beyond that no more are read until one was answered. ctdbd sends
 * one request for each address that moves, all at once, and must not lose its connection for that.
 */
export const outstandingMax = 16_384;

/**
 * Most bytes that a client has not read yet, beyond what the kernel holds. If there are more, the next reply closes the
 * client.
 */
export const unreadBytesMax = 16 * 1024 * 1024;

const requestPacket = packet(request);
const replyPacket = packet(reply);

/** The server's end of one client. Nothing that the client does makes it throw. */
export class ClientConnection implements Client {
  readonly number: number;
  readonly #socket: Socket;
  readonly #handle: Handle;
  readonly #report: (message: string) => void;
  readonly #frames = new Frames(requestBytesMax);
  readonly #gone = new AbortController();
  /** Requests that have come but have not begun: at most those of one chunk. */
  readonly #unread: Buffer[] = [];
  #outstanding = 0;

  constructor(socket: Socket, number: number, handle: Handle, report: (message: string) => void) {
    this.#socket = socket;
    this.number = number;
    this.#handle = handle;
    this.#report = report;
    socket.on('data', (chunk) => {
      this.#read(chunk);
    });
    // A connection that breaks is closed next, and nothing else follows.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#gone.abort();
    });
  }

  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  /** Closes the connection without answering open requests. */
  close(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#guarded(() => {
      for (const bytes of this.#frames.take(chunk)) this.#unread.push(bytes);
    });
    this.#begin();
  }

  /** Begins as many requests as allowed. It reads on only when all requests that came have begun. */
  #begin(): void {
    this.#guarded(() => {
      while (this.#outstanding < outstandingMax) {
        const bytes = this.#unread.shift();
        if (bytes === undefined) break;
        const { reqid, body } = decode(requestPacket, bytes);
        void this.#answer(reqid, body);
      }
    });
    if (this.#unread.length > 0) this.#socket.pause();
    else this.#socket.resume();
  }

  /** Does the work. An error other than a malformed packet is a mistake of ours, and costs the same: this client. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#unread.length = 0;
      this.#closeFor(error instanceof MalformedPacket ? error.message : inspect(error));
    }
  }

  async #answer(reqid: number, asked: Request): Promise<void> {
    this.#outstanding += 1;
    const bytes = await this.#replyTo(reqid, asked);
    this.#outstanding -= 1;
    if (!this.#socket.writable) return;
    const unread = this.#socket.writableLength;
    if (unread > unreadBytesMax) this.#closeFor(`it leaves ${unread} bytes unread`);
    else this.#send(bytes);
    if (this.#unread.length > 0) this.#begin();
  }

  /**
   * Sends a reply together with the other replies of this turn, and after the other work of the turn has begun. To wake the
   * client takes as long as all the rest, and a plugin host could be at work meanwhile.
   */
  #send(bytes: Buffer): void {
    if (this.#socket.writableCorked === 0) {
      this.#socket.cork();
      setImmediate(() => {
        this.#socket.uncork();
      });
    }
    this.#socket.write(bytes);
  }

  async #replyTo(reqid: number, asked: Request): Promise<Buffer> {
    const encoded = (body: Reply): Buffer => encode(replyPacket, { version: protocolVersion, reqid, body });
    try {
      return encoded(await this.#handle(asked, this));
    } catch (error) {
      this.#report(`Cannot answer ${asked.command} of client ${this.number}: ${inspect(error)}`);
      return encoded({ command: asked.command, result: results.broken, status: null });
    }
  }

  #closeFor(reason: string): void {
    this.#report(`Closed client ${this.number}: ${reason}`);
    this.close();
  }
}
