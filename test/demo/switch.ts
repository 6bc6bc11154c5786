/**
 * The client's computer, as far as the network is concerned: started in a network namespace of its own, it waits until
 * the cables of the node end there, and connects them by a switch.
 *
 * Writes `ready` when it is there; is told of the cables by a line, and writes `connected`. Ends with its standard input.
 */
import { createInterface } from 'node:readline';
import { openKernel } from '../../core/network/netlink/kernel.ts';
import { clientAddresses, ifaces } from './addresses.ts';
import { addBridge, addOwnAddress, setUp } from './interfaces.ts';

const kernel = await openKernel();
console.log('ready');
for await (const _line of createInterface(process.stdin)) {
  addBridge(kernel, 'lan');
  for (const iface of ifaces) setUp(kernel, `to-${iface}`, 'lan');
  for (const address of clientAddresses) addOwnAddress(kernel, address, 'lan');
  console.log('connected');
}
process.exit();
