/** Prints which public addresses a node 0 has: what the kernel has of $CTDB_BASE/public_addresses. */
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

const own = Object.values(networkInterfaces()).flatMap((addresses = []) =>
  addresses.map(({ address }) => address),
);
const wanted = readFileSync(`${process.env['CTDB_BASE']}/public_addresses`, 'utf8').match(/^[^/]+/gm) ?? [];

console.log('|Public IP|Node|');
for (const ip of wanted) console.log(`|${ip}|${own.includes(ip) ? 0 : -1}|`);
