import { createConnection, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { openKernel } from '../network/netlink/kernel.ts';
import { addBridge, addOwnAddress, setUp } from './interfaces.ts';

/**
 * The client's computer, as far as the network is concerned: started in a network namespace of its own, it waits until the cables of
 * the node end there, and connects them by a switch. Then it has clients connect to servers of the node.
 *
 * It reads `cables`, `connect ID IP PORT` and `say ID WORDS`, a line each. It writes `0 ready`, `0 connected`, and of a client
 * `ID connected`, `ID said WORDS` and `ID lost HOW`. It ends with its standard input.
 */
export async function runClient([ifaces = '', ...addresses]: readonly string[]): Promise<void> {
  const kernel = await openKernel();
  const sockets = new Map<string, Socket>();
  console.log('0 ready');
  for await (const line of createInterface(process.stdin)) {
    const [word, id = '', ip = '', port = ''] = line.split(' ');
    if (word === 'cables') {
      addBridge(kernel, 'lan');
      for (const iface of ifaces.split(',')) setUp(kernel, `to-${iface}`, 'lan');
      for (const address of addresses) {
        const [own = '', maskBits = ''] = address.split('/');
        addOwnAddress(kernel, { ip: own, maskBits }, 'lan');
      }
      console.log('0 connected');
    } else if (word === 'connect') sockets.set(id, connectClient(id, ip, Number(port)));
    else sockets.get(id)?.write(`${line.slice(`say ${id} `.length)}\n`);
  }
}

function connectClient(id: string, host: string, port: number): Socket {
  const socket = createConnection({ host, port });
  let isLost = false;
  const lost = (how: string): void => {
    if (isLost) return;
    isLost = true;
    console.log(`${id} lost ${how}`);
  };
  socket.on('connect', () => {
    console.log(`${id} connected`);
  });
  const lines = createInterface(socket);
  lines.on('line', (said) => {
    console.log(`${id} said ${said}`);
  });
  lines.on('error', () => undefined); // The socket's own error is told.
  socket.on('end', () => {
    lost('end of stream');
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    lost(error.code ?? error.message);
  });
  return socket;
}
