/**
 * `storm.ts HOST PORT COUNT` opens connections without a pause, up to COUNT, and keeps them. Asked for a `report` on
 * standard input it says how many were made, and how many of those were not reset; after `stop` it opens no more.
 */
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

const [host = '', port = '', count = ''] = process.argv.slice(2);
const inFlightMax = 256;
let opened = 0;
let connected = 0;
let stopped = false;
const held = new Set<Socket>();
const pending = new Set<Socket>();

function open(): void {
  while (!stopped && opened < Number(count) && pending.size < inFlightMax) {
    opened += 1;
    const socket = connect({ host, port: Number(port) });
    pending.add(socket);
    socket.once('connect', () => {
      connected += 1;
      held.add(socket);
      pending.delete(socket);
      if (connected === 100) process.stdout.write('storm began\n');
      setImmediate(open);
    });
    socket.on('error', () => {
      held.delete(socket);
      pending.delete(socket);
      setImmediate(open);
    });
  }
}

createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'stop') {
    stopped = true;
    for (const socket of pending) socket.destroy();
  } else process.stdout.write(`storm ${connected} connected, ${held.size} without a reset\n`);
});
open();
