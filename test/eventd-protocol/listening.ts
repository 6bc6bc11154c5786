import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { encode } from '../../core/codec/codec.ts';
import { connectEventd, type EventClient } from '../../core/eventd-protocol/client.ts';
import type { Handle } from '../../core/eventd-protocol/connection.ts';
import { request, type Request } from '../../core/eventd-protocol/messages.ts';
import { packet } from '../../core/eventd-protocol/packet.ts';
import { listen } from '../../core/eventd-protocol/server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** Longer than anything here takes. */
export const patienceMs = 10_000;

/** Answers STATUS with "never ran" and everything else with 0. */
export const answerAll: Handle = ({ command }) =>
  Promise.resolve(command === 'STATUS' ? { command, result: 22, status: null } : { command, result: 0 });

/** A server on a socket of its own, closed after the test, and what it reports. */
export async function listening(handle: Handle = answerAll): Promise<{ path: string; reports: string[] }> {
  const path = join(temporaryDirectory(), 'eventd.socket');
  const reports: string[] = [];
  const server = await listen({ path, handle, report: (message) => reports.push(message) });
  onTestFinished(() => server.close());
  return { path, reports };
}

/** A client of ours, closed after the test. */
export async function client(path: string): Promise<EventClient> {
  const connected = await connectEventd(path, patienceMs);
  onTestFinished(() => {
    connected.close();
  });
  return connected;
}

/** A client that sends what it likes, closed after the test. */
export async function rawClient(path: string): Promise<Socket> {
  const socket = connect(path);
  onTestFinished(() => {
    socket.destroy();
  });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Settles when the server has closed this client; what it sends until then is thrown away. */
export async function closed(socket: Socket): Promise<void> {
  socket.resume();
  if (!socket.closed) await once(socket, 'close', { signal: AbortSignal.timeout(patienceMs) });
}

/** A request for RUN, with other fields as given. */
export const run = (fields: Partial<Extract<Request, { command: 'RUN' }>> = {}) => ({
  command: 'RUN' as const,
  component: 'legacy',
  event: 'startup',
  args: null,
  timeoutS: 30,
  flags: 0,
  ...fields,
});

/** The bytes of a request. */
export const bytesOf = (body: Request, reqid = 1): Buffer =>
  encode(packet(request), { version: 0, reqid, body });
