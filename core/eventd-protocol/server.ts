import { once } from 'node:events';
import { statSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { ClientConnection, type Handle } from './connection.ts';

/** The settings of a server. */
export interface ServerSettings {
  /** The path of the socket. Its directory exists, and the socket does not. */
  readonly path: string;
  readonly handle: Handle;
  /** Is told of every client that was closed for a fault, and of every other fault. It must not throw. */
  readonly report: (message: string) => void;
}

/** A server that listens. */
export interface EventServer {
  /** The inode of the socket. A file at its path with another inode is somebody else's. Undefined if there is none. */
  readonly inode: string | undefined;
  /** Makes the socket again after it was removed. Clients stay connected. Rejects with Node's error if it cannot listen. */
  listenAgain(): Promise<void>;
  /** Stops listening, removes the socket and closes all clients. */
  close(): Promise<void>;
}

/** Most clients at a time. One more is closed at once. ctdbd is one client, and each `ctdb event` is another. */
export const clientsMax = 256;

/**
 * Listens on a unix socket to which only this user can connect (mode 0700), and answers requests. Requests overlap, and
 * replies are sent in the order of completion. No client can harm another client or the process. Rejects with Node's error
 * if it cannot listen: EADDRINUSE if there is a file already.
 */
export async function listen(settings: ServerSettings): Promise<EventServer> {
  const connections = new Set<ClientConnection>();
  const accept = acceptInto(connections, settings);
  let listening = await open(settings, accept);
  return {
    get inode() {
      return listening.inode;
    },
    async listenAgain() {
      await acceptWaiting();
      listening.server.close();
      listening = { server: listening.server, inode: undefined };
      listening = await open(settings, accept);
    },
    async close() {
      const closed = once(listening.server, 'close');
      listening.server.close();
      for (const connection of connections) connection.close();
      await closed;
    },
  };
}

function acceptInto(
  connections: Set<ClientConnection>,
  { handle, report }: ServerSettings,
): (socket: Socket) => void {
  let count = 0;
  return (socket) => {
    if (connections.size >= clientsMax) {
      socket.destroy();
      report(`Closed a new client: there are ${clientsMax} already`);
      return;
    }
    count += 1;
    const connection = new ClientConnection(socket, count, handle, report);
    connections.add(connection);
    socket.once('close', () => connections.delete(connection));
  };
}

/**
 * Accepts the connections that wait. If the socket were closed before that, they would be cut off. One look of the event
 * loop at all descriptors accepts them.
 */
async function acceptWaiting(): Promise<void> {
  await turn();
  await turn(); // The first turn may have begun in the middle of a look.
}

interface Listening {
  readonly server: Server;
  readonly inode: string | undefined;
}

async function open({ path, report }: ServerSettings, accept: (socket: Socket) => void): Promise<Listening> {
  const server = createServer(accept);
  const inode = await bind(server, path);
  server.on('error', ({ message }) => {
    report(`Cannot accept a client on ${path}: ${message}`);
  });
  return { server, inode };
}

/**
 * Binds the socket. Its mode is right from the start, and its inode is looked up at once: Node binds before `listen`
 * returns, and others may be quick.
 */
async function bind(server: Server, path: string): Promise<string | undefined> {
  const mask = process.umask(0o077);
  try {
    server.listen(path);
  } finally {
    process.umask(mask);
  }
  const inode = inodeOf(path);
  await once(server, 'listening');
  return inode;
}

/** The identity of a file. While a socket is open, its inode is not given to another file. */
export function inodeOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}
