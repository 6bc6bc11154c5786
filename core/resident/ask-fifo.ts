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

/** Reads the FIFO to which links write, until the last one that has it open closes it, and then begins anew. */
export function readAskFifo(path: string, listener: AskListener): void {
  let rest = '';
  const hear = (chunk: string): void => {
    const lines = (rest + chunk).split('\n');
    rest = (lines.pop() ?? '').slice(-lineBytesMax);
    for (const line of lines) listener.onAsk(Number(line));
  };
  const read = (): void => {
    const fd = openIfThere(path);
    if (fd === undefined) {
      listener.onGone();
      return;
    }
    const socket = new Socket({ fd, readable: true, writable: false });
    socket.setEncoding('latin1');
    socket.on('data', hear);
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
