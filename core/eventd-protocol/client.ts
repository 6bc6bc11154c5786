import { connect, type Socket } from 'node:net';
import { decode, encode } from '../codec/codec.ts';
import { MalformedPacket } from '../codec/malformed-packet.ts';
import { Frames, replyBytesMax } from './frames.ts';
import {
  protocolVersion,
  reply,
  type Reply,
  request,
  type Request,
  type RunRequest,
  type ScriptRequest,
  type StatusRequest,
} from './messages.ts';
import { packet } from './packet.ts';
import type { StatusResult } from './status.ts';

/** A request got no reply. `message` says why. */
export class NoReply extends Error {
  override name = 'NoReply';
}

const requestPacket = packet(request);
const replyPacket = packet(reply);

/** Connects to the event daemon that listens on this socket. Rejects with NoReply. Times may be Infinity. */
export async function connectEventd(path: string, timeoutMs: number): Promise<EventClient> {
  const socket = connect(path);
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const timer = after(timeoutMs, () => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)));
  socket.once('connect', resolve);
  socket.once('error', (cause) => {
    reject(new NoReply(`Cannot connect to ${path}: ${cause.message}`, { cause }));
  });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
  }
  return new EventClient(path, socket);
}

/** A connection to an event daemon. Requests may overlap. */
export class EventClient {
  readonly #path: string;
  readonly #socket: Socket;
  readonly #frames = new Frames(replyBytesMax);
  readonly #waiting = new Map<number, Waiting>();
  #lastReqid = 0;

  /** Takes a connected socket; see `connectEventd`. */
  constructor(path: string, socket: Socket) {
    this.#path = path;
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#read(chunk);
    });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#failAll('the daemon closed the connection');
    });
  }

  /** Runs an event and waits for its end. Returns one of `results`; rejects with NoReply. */
  async run(run: RunRequest, timeoutMs: number): Promise<number> {
    return (await this.#ask({ ...run, command: 'RUN' }, timeoutMs)).result;
  }

  /** Asks how the last run of an event ended. Rejects with NoReply. */
  async status(status: StatusRequest, timeoutMs: number): Promise<StatusResult> {
    const { result, ...rest } = await this.#ask({ ...status, command: 'STATUS' }, timeoutMs);
    return { result, status: 'status' in rest ? rest.status : null };
  }

  /** Enables or disables a script. Returns one of `results`; rejects with NoReply. */
  async script(script: ScriptRequest, timeoutMs: number): Promise<number> {
    return (await this.#ask({ ...script, command: 'SCRIPT' }, timeoutMs)).result;
  }

  /** Closes the connection. Requests that still wait for a reply reject. */
  close(): void {
    this.#failAll('the connection was closed');
    this.#socket.destroy();
  }

  #ask(body: Request, timeoutMs: number): Promise<Reply> {
    this.#lastReqid = (this.#lastReqid + 1) >>> 0;
    const reqid = this.#lastReqid;
    const bytes = encode(requestPacket, { version: protocolVersion, reqid, body });
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    const fail = (why: string): void => {
      reject(new NoReply(`No reply to ${body.command} from ${this.#path}: ${why}`));
    };
    const timer = after(timeoutMs, () => this.#settle(reqid)?.fail(`none came within ${timeoutMs} ms`));
    this.#waiting.set(reqid, { command: body.command, timer, resolve, fail });
    if (this.#socket.writable) this.#send(bytes);
    else this.#failAll('the connection is closed');
    return promise;
  }

  /** Sends the bytes together with everything else of this turn: each write wakes the daemon. */
  #send(bytes: Buffer): void {
    if (this.#socket.writableCorked === 0) {
      this.#socket.cork();
      process.nextTick(() => {
        this.#socket.uncork();
      });
    }
    this.#socket.write(bytes);
  }

  /** Reads replies. One that came too late, or belongs to no request, is dropped. */
  #read(chunk: Buffer): void {
    try {
      for (const bytes of this.#frames.take(chunk)) {
        const { reqid, body } = decode(replyPacket, bytes);
        const waiting = this.#settle(reqid);
        if (waiting?.command === body.command) waiting.resolve(body);
        else waiting?.fail(`${body.command} was answered instead`);
      }
    } catch (error) {
      if (!(error instanceof MalformedPacket)) throw error;
      this.#failAll(error.message);
      this.#socket.destroy();
    }
  }

  #settle(reqid: number): Waiting | undefined {
    const waiting = this.#waiting.get(reqid);
    clearTimeout(waiting?.timer);
    this.#waiting.delete(reqid);
    return waiting;
  }

  #failAll(why: string): void {
    for (const reqid of this.#waiting.keys()) this.#settle(reqid)?.fail(why);
  }
}

/** A request that was sent. */
interface Waiting {
  readonly command: Request['command'];
  readonly timer: NodeJS.Timeout | undefined;
  readonly resolve: (reply: Reply) => void;
  readonly fail: (why: string) => void;
}

/** Calls `action` after this time. `setTimeout` would take Infinity for no time at all. */
function after(timeoutMs: number, action: () => unknown): NodeJS.Timeout | undefined {
  return timeoutMs === Infinity ? undefined : setTimeout(action, timeoutMs);
}
