import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';

/** What is to be known of links. */
export interface AskListener {
  /** A link has written its pid. */
  readonly onAsk: (pid: number) => void;
  /** No link has the FIFO open any more. */
  readonly onLeft: () => void;
  /** Somebody has removed the FIFO. */
  readonly onGone: () => void;
}

/** Most bytes of a line: a pid has fewer. */
const lineBytesMax = 20;

/** Most bytes that are read at once. Only one link at a time writes a line. */
const bytesAtOnce = 256;

/** Reads the FIFO to which links write, until the last one that has it open closes it, and then begins anew. */
export function readAskFifo(path: string, listener: AskListener): void {
  let rest = '';
  // Without the queue of a stream, which takes a tenth of the time of an event.
  const buffer = Buffer.alloc(bytesAtOnce);
  const callback = (length: number): boolean => {
    const lines = (rest + buffer.toString('latin1', 0, length)).split('\n');
    rest = (lines.pop() ?? '').slice(-lineBytesMax);
    for (const line of lines) listener.onAsk(Number(line));
    return true;
  };
  const read = (): void => {
    const fd = openIfThere(path);
    if (fd === undefined) {
      listener.onGone();
      return;
    }
    const onread = { buffer, callback };
    const socket = new Socket({ fd, readable: true, writable: false, onread });
    socket.resume();
    socket.on('error', () => undefined); // It is closed then.
    socket.on('close', () => {
      read(); // First: the next link may be there already.
      listener.onLeft();
    });
  };
  read();
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
}
