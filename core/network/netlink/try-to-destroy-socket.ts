import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { destroySocket } from './diag-message.ts';
import { findSockets, localPort } from './find-sockets.ts';
import { openKernel } from './kernel.ts';

/** What of the kernel works that a release of addresses uses. */
export interface KernelTrial {
  /** Whether it destroys sockets; if not, `why` says what it answers. */
  readonly destroys: boolean;
  readonly why?: string;
  /** Whether it has netfilter's own protocol. */
  readonly hasNetfilter: boolean;
}

/** Where nobody else listens: an address of the loopback interface. */
const host = '127.0.0.1';

/** Makes a connection within this process, has the kernel destroy one end of it, and says what came of that. */
export async function tryToDestroySocket(): Promise<KernelTrial> {
  const kernel = await openKernel();
  const server = createServer((socket) => socket.on('error', () => undefined)).listen({ host, port: 0 });
  try {
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = connect({ host, port }).on('error', () => undefined);
    await once(client, 'connect');
    const { localPort: clientPort } = client;
    try {
      const own = findSockets(kernel.sockDiag, host, ['established']).find(
        (socket) => localPort(socket) === clientPort,
      );
      if (own === undefined)
        return { destroys: false, why: 'it does not list our connection', ...known(kernel) };
      kernel.sockDiag.change(destroySocket(own));
      return { destroys: true, ...known(kernel) };
    } catch (error) {
      return {
        destroys: false,
        why: error instanceof Error ? error.message : String(error),
        ...known(kernel),
      };
    } finally {
      client.destroy();
    }
  } finally {
    server.close();
  }
}

const known = ({ hasNetfilter }: { readonly hasNetfilter: boolean }) => ({ hasNetfilter });
