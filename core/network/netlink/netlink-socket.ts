import { i32 } from '../../codec/numbers.ts';
import { KernelError } from './kernel-error.ts';
import {
  eachMessage,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_DUMP_INTR,
  NLMSG_DONE,
  NLMSG_ERROR,
  putMessages,
  takeVerdict,
  type Header,
  type Message,
} from './message.ts';
import { SocketError, type KernelTransport } from './transport.ts';

/** Decodes the answer in a message, from `start` to the end of `bytes`. It copies what it keeps. */
export type TakeAnswer<T> = (bytes: Buffer, start: number, type: number) => T | undefined;

/** Which messages of a dump are decoded. */
export interface DumpOptions {
  /** Messages without these bytes are skipped, which is much faster than to decode them. */
  readonly containing?: Buffer;
}

/**
 * Conversations with the kernel over a netlink socket. Each is synchronous and bounded. After a conversation that was ended
 * early the next one opens a new socket: the kernel refuses a dump on a socket (EBUSY) while an earlier dump has not been
 * read to its end.
 */
export class NetlinkSocket {
  readonly #open: () => KernelTransport;
  #opened: KernelTransport | undefined;
  #seq = 0;

  /** @param open opens a socket, now and whenever another one is needed. It throws SocketError. */
  constructor(open: () => KernelTransport) {
    this.#open = open;
    this.#opened = open();
  }

  close(): void {
    this.#opened?.close();
    this.#opened = undefined;
  }

  get #transport(): KernelTransport {
    return (this.#opened ??= this.#open());
  }

  /** Has the kernel do something. Throws KernelError, SocketError. */
  change(message: Message): void {
    const [error] = this.changeMany([message]);
    if (error !== undefined) throw error;
  }

  /** Has the kernel do many things, whether or not each succeeds. Answers the errors in order. Throws SocketError. */
  changeMany(messages: readonly Message[]): (KernelError | undefined)[] {
    const errors: (KernelError | undefined)[] = [];
    for (let at = 0; at < messages.length; at += batchMax)
      errors.push(...this.#batch(messages.slice(at, at + batchMax)));
    return errors;
  }

  /**
   * Has the kernel do all of it or nothing. It is a batch of nfnetlink, whose first and last messages only frame the
   * others. Throws the KernelError of the first message that failed, SocketError.
   */
  transact(messages: readonly Message[]): void {
    const first = this.#nextSeqs(messages.length);
    const last = first + messages.length - 2;
    this.#transport.send(putMessages(messages, first, (index) => (first + index === last ? NLM_F_ACK : 0)));
    this.#await((head, bytes, start, end) => {
      if (head.type !== NLMSG_ERROR || head.seq < first || head.seq > last + 1) return false;
      const error = this.#errorOf(head, bytes, start, end);
      if (error !== undefined) throw error;
      return head.seq === last;
    });
  }

  /** Asks for one thing. Undefined if `take` answers undefined. Throws KernelError, SocketError. */
  ask<T>(message: Message, take: TakeAnswer<T>): T | undefined {
    const seq = this.#nextSeqs(1);
    this.#transport.send(putMessages([message], seq, () => 0));
    let answer: T | undefined;
    this.#await((head, bytes, start, end) => {
      if (head.seq !== seq) return false;
      if (head.type === NLMSG_ERROR) {
        const error = this.#errorOf(head, bytes, start, end);
        if (error !== undefined) throw error;
      } else answer = take(bytes.subarray(0, end), start, head.type);
      return true;
    });
    return answer;
  }

  /**
   * Asks whether a thing exists. For ENOENT no error object is made, since that would take longer than the question. Throws
   * as `ask`.
   */
  exists(message: Message): boolean {
    const seq = this.#nextSeqs(1);
    this.#transport.send(putMessages([message], seq, () => 0));
    let isThere = true;
    this.#await((head, bytes, start, end) => {
      if (head.seq !== seq) return false;
      if (head.type !== NLMSG_ERROR) return true;
      isThere = takeVerdict(head, bytes, start, end).errno !== ENOENT;
      const error = isThere ? this.#errorOf(head, bytes, start, end) : undefined;
      if (error !== undefined) throw error;
      return true;
    });
    return isThere;
  }

  /**
   * Asks for everything of a kind. It asks again if something changed meanwhile (NLM_F_DUMP_INTR), or the answer did not
   * fit the socket's buffer. Throws KernelError, SocketError.
   */
  dump<T>(message: Message, take: TakeAnswer<T>, options: DumpOptions = {}): T[] {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { found, interrupted } = this.#dumpOnce(message, take, options);
        if (!interrupted) return found;
        if (attempt === dumpsMax)
          throw new SocketError('dump', 'EINTR', `it changed during each of ${dumpsMax} listings`);
      } catch (error) {
        if (!(error instanceof SocketError) || error.code !== 'ENOBUFS' || attempt === dumpsMax) throw error;
      }
    }
  }

  #dumpOnce<T>(
    message: Message,
    take: TakeAnswer<T>,
    { containing }: DumpOptions,
  ): { found: T[]; interrupted: boolean } {
    const seq = this.#nextSeqs(1);
    this.#transport.send(putMessages([message], seq, () => NLM_F_DUMP));
    const found: T[] = [];
    let interrupted = false;
    this.#await((head, bytes, start, end) => {
      if (head.seq !== seq) return false;
      if ((head.flags & NLM_F_DUMP_INTR) !== 0) interrupted = true;
      if (head.type === NLMSG_ERROR || head.type === NLMSG_DONE) {
        this.#checkEnd(head, bytes, start, end);
        return true;
      }
      const one = take(bytes.subarray(0, end), start, head.type);
      if (one !== undefined) found.push(one);
      return false;
    }, containing);
    return { found, interrupted };
  }

  #batch(messages: readonly Message[]): (KernelError | undefined)[] {
    const first = this.#nextSeqs(messages.length);
    const last = first + messages.length - 1;
    const errors = messages.map((): KernelError | undefined => undefined);
    // The kernel sends every error. One acknowledgement, of the last message, says that all were handled.
    this.#transport.send(putMessages(messages, first, (index) => (first + index === last ? NLM_F_ACK : 0)));
    this.#await((head, bytes, start, end) => {
      if (head.type !== NLMSG_ERROR || head.seq < first || head.seq > last) return false;
      errors[head.seq - first] = this.#errorOf(head, bytes, start, end);
      return head.seq === last;
    });
    return errors;
  }

  /** Receives until `tell` answers true. Other messages than the final ones are skipped if they lack `containing`. */
  #await(
    tell: (head: Header, bytes: Buffer, start: number, end: number) => boolean,
    containing?: Buffer,
  ): void {
    try {
      this.#receive(tell, containing);
    } catch (error) {
      // A KernelError ends a conversation. After any other error, answers may still come.
      if (!(error instanceof KernelError)) this.close();
      throw error;
    }
  }

  #receive(
    tell: (head: Header, bytes: Buffer, start: number, end: number) => boolean,
    containing: Buffer | undefined,
  ): void {
    for (let count = 0; count < datagramsMax; count += 1) {
      const datagram = this.#transport.receive();
      const datagramEnd = { isSeen: false };
      let next = containing === undefined ? 0 : datagram.indexOf(containing);
      eachMessage(datagram, (head, start, end) => {
        if (containing !== undefined && head.type > NLMSG_DONE) {
          if (next !== -1 && next < start) next = datagram.indexOf(containing, start);
          if ((next === -1 || next >= end) && (head.flags & NLM_F_DUMP_INTR) === 0) return;
        }
        if (!datagramEnd.isSeen) datagramEnd.isSeen = tell(head, datagram, start, end);
      });
      if (datagramEnd.isSeen) return;
    }
    throw new SocketError('recv', 'EMSGSIZE', `no end after ${datagramsMax} datagrams`);
  }

  #errorOf(head: Header, bytes: Buffer, start: number, end: number): KernelError | undefined {
    const { errno, text } = takeVerdict(head, bytes, start, end);
    return errno === 0 ? undefined : new KernelError(errno, this.#transport.textOf(errno), text);
  }

  /** Checks the end of a dump: it carries an errno, or is the refusal of the request. */
  #checkEnd(head: Header, bytes: Buffer, start: number, end: number): void {
    if (head.type === NLMSG_ERROR) {
      const error = this.#errorOf(head, bytes, start, end);
      if (error !== undefined) throw error;
    } else if (end - start >= 4) {
      const [result] = i32.take(bytes, start);
      if (result < 0) throw new KernelError(-result, this.#transport.textOf(-result), undefined);
    }
  }

  /** Reserves this many sequence numbers, none of them zero. Answers the first. */
  #nextSeqs(count: number): number {
    if (this.#seq + count > seqMax) this.#seq = 0;
    const first = this.#seq + 1;
    this.#seq += count;
    return first;
  }
}

/** Most messages of one datagram. Without SO_RCVBUFFORCE their errors have to fit the size that rmem_max allows. */
const batchMax = 128;
const ENOENT = 2;
/** How often a dump is asked for. */
const dumpsMax = 5;
/** Most datagrams of one conversation: room for millions of sockets. */
const datagramsMax = 100_000;
const seqMax = 2 ** 31;
