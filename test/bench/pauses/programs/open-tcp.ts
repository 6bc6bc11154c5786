import { once } from 'node:events';
import { connect } from 'node:net';
import { pieceBytes, tcpPort } from '../served.ts';
import { requests } from './requests.ts';
import type { Session } from './session.ts';

/** Connects to the plain TCP server. A stream that is read comes without being asked for again. */
export async function openTcp(ip: string): Promise<Session> {
  const socket = connect({ host: ip, port: tcpPort, noDelay: true });
  await once(socket, 'connect');
  let received = 0;
  let isStreaming = false;
  let failure: Error | undefined;
  let wake = (): void => undefined;
  const fail = (error: Error): void => {
    failure ??= error;
    wake();
  };
  socket.on('data', (bytes) => {
    received += bytes.length;
    wake();
  });
  socket.on('error', fail);
  socket.on('close', () => {
    fail(new Error('The connection has ended'));
  });
  const receive = async (bytes: number): Promise<void> => {
    while (received < bytes) {
      if (failure !== undefined) throw failure;
      const { promise, resolve } = Promise.withResolvers<undefined>();
      wake = () => {
        resolve(undefined);
      };
      await promise;
    }
    received -= bytes;
  };
  const request = (words: Uint8Array | string, bytes: number): Promise<void> => {
    socket.write(words);
    return receive(bytes);
  };
  const piece = Buffer.concat([Buffer.from(requests.write), Buffer.alloc(pieceBytes)]);
  return {
    ask: () => request(requests.ask, 1),
    read() {
      if (isStreaming) return receive(pieceBytes);
      isStreaming = true;
      return request(requests.stream, pieceBytes);
    },
    write: () => request(piece, 1),
    late: () => request(requests.late, 1),
    close: () => socket.destroy(),
  };
}
