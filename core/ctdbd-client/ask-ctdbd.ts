import { connect } from 'node:net';
import { MalformedPacket } from '../codec/malformed-packet.ts';
import { Frames } from '../eventd-protocol/frames.ts';
import { decodeReply, encodeRequest } from './control-packet.ts';
import type { ControlAnswer } from './control-answer.ts';
import type { Control } from './controls.ts';

/** How long ctdbd may take, in milliseconds. After that the command is run instead, which says what is wrong. */
const defaultTimeoutMs = 3000;

/** The longest reply that is accepted: hundreds of thousands of connections. */
const replyBytesMax = 64 * 1024 * 1024;

/** One request on a connection. */
const reqid = 1;

/**
 * Asks the ctdbd that listens on this socket, as the ctdb command does, but without a process. Answers what the command
 * would. If anything is not as expected, it answers undefined: then the command has to be run.
 */
export async function askCtdbd(
  socketPath: string,
  control: Control,
  signal: AbortSignal,
  timeoutMs = defaultTimeoutMs,
): Promise<ControlAnswer | undefined> {
  const { promise, resolve } = Promise.withResolvers<ControlAnswer | undefined>();
  const giveUp = (): void => {
    resolve(undefined);
  };
  const frames = new Frames(replyBytesMax);
  const socket = connect(socketPath);
  const timer = setTimeout(giveUp, timeoutMs);
  signal.addEventListener('abort', giveUp);
  socket.on('error', giveUp).on('close', giveUp);
  socket.on('data', (chunk) => {
    try {
      for (const packet of frames.take(chunk)) {
        const reply = decodeReply(packet);
        resolve(reply.reqid === reqid ? control.read(reply) : undefined);
      }
    } catch (error) {
      if (!(error instanceof MalformedPacket)) throw error;
      giveUp();
    }
  });
  if (!signal.aborted) socket.write(encodeRequest({ ...control, reqid }));
  else giveUp();
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
    socket.destroy();
  }
}
