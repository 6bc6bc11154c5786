import { connect, type Socket } from 'node:net';
import { MalformedPacket } from '../codec/malformed-packet.ts';
import { Frames } from '../eventd-protocol/frames.ts';
import { decodeReply, encodeRequest, type ControlReply, type ControlRequest } from './control-packet.ts';
import { nobodyListens } from './nobody-listens.ts';

/** The longest reply that is accepted: hundreds of thousands of connections. */
const replyBytesMax = 64 * 1024 * 1024;

/** Where ctdbd listens, and how long all of the talk may take. */
export interface Talk {
  readonly socketPath: string;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** How a talk ended. `nobody`: no ctdbd listens there. `failed`: why it was broken off. */
export type TalkEnd<T> =
  | { readonly ended: 'as-meant'; readonly result: T }
  | { readonly ended: 'nobody' }
  | { readonly ended: 'failed'; readonly why: string };

/** A control without its number, which the connection gives. */
export type Request = Omit<ControlRequest, 'reqid' | 'isAnswered'>;

/** A connection to ctdbd. */
export interface CtdbdConnection {
  /** Asks a node, and waits for its reply. Any number may be asked at the same time. */
  ask(request: Request): Promise<ControlReply>;
  /** Tells one node or several, and does not wait. */
  tell(request: Request): void;
}

/** Connects to the ctdbd that listens on a socket for as long as `talk` takes. An event that is out of time waits no longer. */
export async function talkToCtdbd<T>(
  { socketPath, signal, timeoutMs }: Talk,
  talk: (ctdbd: CtdbdConnection) => Promise<T>,
): Promise<TalkEnd<T>> {
  const { promise: broken, resolve: breakOff } = Promise.withResolvers<TalkEnd<T>>();
  const fail = (why: string): void => {
    breakOff({ ended: 'failed', why });
  };
  const abort = (): void => {
    fail('the event is out of time');
  };
  if (signal.aborted) return { ended: 'failed', why: 'the event is out of time' };
  const socket = connect(socketPath);
  const timer = setTimeout(fail, timeoutMs, `ctdbd did not answer in ${timeoutMs} ms`);
  signal.addEventListener('abort', abort);
  socket.on('error', (error) => {
    if (nobodyListens(error)) breakOff({ ended: 'nobody' });
    else fail(error.message);
  });
  socket.on('close', () => {
    fail('ctdbd closed the connection');
  });
  try {
    const asMeant = talk(new Connection(socket, fail)).then(
      (result): TalkEnd<T> => ({ ended: 'as-meant', result }),
      (error: unknown): TalkEnd<T> => {
        if (!(error instanceof MalformedPacket)) throw error;
        return { ended: 'failed', why: error.message };
      },
    );
    return await Promise.race([asMeant, broken]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    socket.destroy();
  }
}

class Connection implements CtdbdConnection {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, (reply: ControlReply) => void>();
  #reqid = 0;

  constructor(socket: Socket, fail: (why: string) => void) {
    this.#socket = socket;
    const frames = new Frames(replyBytesMax);
    socket.on('data', (chunk) => {
      try {
        for (const packet of frames.take(chunk)) this.#take(decodeReply(packet));
      } catch (error) {
        if (!(error instanceof MalformedPacket)) throw error;
        fail(error.message);
      }
    });
  }

  ask(request: Request): Promise<ControlReply> {
    const { promise, resolve } = Promise.withResolvers<ControlReply>();
    this.#reqid += 1;
    this.#waiting.set(this.#reqid, resolve);
    this.#socket.write(encodeRequest({ ...request, reqid: this.#reqid }));
    return promise;
  }

  tell(request: Request): void {
    this.#reqid += 1;
    this.#socket.write(encodeRequest({ ...request, reqid: this.#reqid, isAnswered: false }));
  }

  #take(reply: ControlReply): void {
    const answer = this.#waiting.get(reply.reqid);
    if (answer === undefined) {
      throw new MalformedPacket(
        'reqid',
        0,
        `one of ${[...this.#waiting.keys()].join(', ')}`,
        `${reply.reqid}`,
      );
    }
    this.#waiting.delete(reply.reqid);
    answer(reply);
  }
}
