import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { httpPort, pieceBytes } from '../served.ts';
import type { Session } from './session.ts';

/** Connects to the HTTP server, and keeps the connection alive. */
export function openHttp(ip: string): Session {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const send = async (method: string, path: string, body?: Uint8Array): Promise<void> => {
    const sent = request({ host: ip, port: httpPort, agent, method, path });
    sent.end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    await once(response.resume(), 'end');
  };
  const piece = Buffer.alloc(pieceBytes);
  return {
    ask: () => send('GET', '/ask'),
    read: () => send('GET', '/read'),
    write: () => send('PUT', '/write', piece),
    late: () => send('GET', '/late'),
    close() {
      agent.destroy();
    },
  };
}
