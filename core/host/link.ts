import type { Socket } from 'node:net';
import { type Codec, decode, encode } from '../codec/codec.ts';
import { Frames } from '../protocol/frames.ts';
import { packet } from '../protocol/packet.ts';
import { messageBytesMax } from './messages.ts';

/** One end of the socket pair between the event daemon and a plugin host. */
export interface Link<Out> {
  /** Sends a message, in the order of the calls; nothing is sent once the link is closed. */
  send(message: Out): void;
  close(): void;
}

/** What the owner of a link hears. */
export interface LinkListener<In> {
  readonly onMessage: (message: In) => void;
  /** Once, when nothing more will come. `fault` says what was wrong with what came, if that is why. */
  readonly onClose: (fault: Error | undefined) => void;
}

/** Speaks over a socket, in packets of the event daemon's own kind. Bytes that are no message close the link. */
export function openLink<In, Out>(
  socket: Socket,
  incoming: Codec<In>,
  outgoing: Codec<Out>,
  { onMessage, onClose }: LinkListener<In>,
): Link<Out> {
  const frames = new Frames(messageBytesMax);
  const incomingPacket = packet(incoming);
  const outgoingPacket = packet(outgoing);
  let fault: Error | undefined;
  socket.on('data', (chunk) => {
    try {
      for (const bytes of frames.take(chunk)) {
        if (socket.destroyed) return;
        onMessage(decode(incomingPacket, bytes).body);
      }
    } catch (error) {
      fault = error instanceof Error ? error : new Error(String(error));
      socket.destroy();
    }
  });
  socket.on('error', () => undefined); // It is closed next, which is all there is to it.
  socket.once('close', () => {
    onClose(fault);
  });
  return {
    send(body) {
      if (socket.writable) socket.write(encode(outgoingPacket, { version: 0, reqid: 0, body }));
    },
    close() {
      socket.destroy();
    },
  };
}
