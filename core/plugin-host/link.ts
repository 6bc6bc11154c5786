import type { Socket } from 'node:net';
import { type Codec, decode, encode } from '../codec/codec.ts';
import { Frames } from '../eventd-protocol/frames.ts';
import { packet, type Packet } from '../eventd-protocol/packet.ts';
import { type Journal, journalBytesMax, type JournalWriter } from './journal.ts';
import { messageBytesMax } from './messages.ts';

/** The callbacks of a link's owner. */
export interface LinkListener<In> {
  readonly onMessage: (message: In) => void;
  /** Is called once, when nothing more will come. If wrong bytes are the reason, `fault` says what was wrong. */
  readonly onClose: (fault: Error | undefined) => void;
}

/** The codecs of a link's messages, for both directions. */
export interface LinkCodecs<In, Out> {
  readonly incoming: Codec<In>;
  readonly outgoing: Codec<Out>;
}

/**
 * One end of the socket pair between the event daemon and a plugin host. Its packets have the event daemon's own format.
 * Bytes that are no message close it.
 */
export class MessageLink<In, Out> {
  readonly #socket: Socket;
  readonly #incoming: Codec<Packet<In>>;
  readonly #outgoing: Codec<Packet<Out>>;
  readonly #listener: LinkListener<In>;
  readonly #journal: JournalWriter | undefined;
  readonly #frames = new Frames(messageBytesMax);
  #fault: Error | undefined;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #sent = 0;
  /** How many messages have come by the socket, and how many were passed on. */
  #received = 0;
  #heard = 0;

  /** @param journal where messages that were not sent yet are written down. Without it, `secure` sends them. */
  constructor(
    socket: Socket,
    codecs: LinkCodecs<In, Out>,
    listener: LinkListener<In>,
    journal?: JournalWriter,
  ) {
    this.#socket = socket;
    this.#incoming = packet(codecs.incoming);
    this.#outgoing = packet(codecs.outgoing);
    this.#listener = listener;
    this.#journal = journal;
    socket.on('data', (chunk) => {
      this.#guarded(() => {
        for (const bytes of this.#frames.take(chunk)) this.#receive(bytes);
      });
    });
    socket.on('error', () => undefined); // It is closed next, and nothing else follows.
    socket.once('close', () => {
      listener.onClose(this.#fault);
    });
  }

  /**
   * Sends a message. Messages keep their order, and those of one turn go together. After the link is closed nothing is
   * sent.
   */
  send(message: Out): void {
    // Each write wakes the other process, which costs more than all the rest.
    if (this.#waiting.length === 0) process.nextTick(this.flush);
    const bytes = encode(this.#outgoing, { version: 0, reqid: 0, body: message });
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > journalBytesMax) this.flush();
  }

  /** Sends now the messages that wait for the end of the turn. */
  readonly flush = (): void => {
    const packets = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#sent += packets.length;
    if (packets.length > 0 && this.#socket.writable) this.#socket.write(Buffer.concat(packets));
  };

  /** Makes sure that waiting messages are not lost if this turn never ends, or the process dies. */
  secure(): void {
    if (this.#waiting.length === 0) return;
    if (this.#journal === undefined) this.flush();
    else this.#journal.write(this.#sent, this.#waiting);
  }

  /** Whether every message has come by the socket that was sent before those written down. */
  hasCaughtUpWith({ sent }: Journal): boolean {
    return this.#received >= sent;
  }

  /**
   * Passes on the messages that the other end has written down and that have not come by the socket. If they come later,
   * they are ignored. So are messages that were sent before them and have not come: see `hasCaughtUpWith`.
   */
  recover(journal: Journal): void {
    this.#guarded(() => {
      let number = journal.sent;
      for (const bytes of new Frames(messageBytesMax).take(journal.packets)) {
        if (number >= this.#heard) this.#hear(bytes, number);
        number += 1;
      }
    });
  }

  /** Closes the link. Waiting messages are not sent. */
  close(): void {
    this.#socket.destroy();
  }

  #receive(bytes: Buffer): void {
    if (this.#socket.destroyed) return;
    const number = this.#received;
    this.#received += 1;
    if (number >= this.#heard) this.#hear(bytes, number);
  }

  #hear(bytes: Buffer, number: number): void {
    this.#heard = number + 1;
    this.#listener.onMessage(decode(this.#incoming, bytes).body);
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fault = error instanceof Error ? error : new Error(String(error));
      this.#socket.destroy();
    }
  }
}
