import { array } from '../codec/array.ts';
import { struct } from '../codec/struct.ts';
import { socketAddress } from './socket-address.ts';

/** Most connections to one address that CTDB is told of, or asked for: 56 MB of them. */
export const ticklesMax = 1_000_000;

/** The connections to a public address of which ctdbd wakes up the clients when it takes the address (ctdb_tickle_list_old). */
export const tickleList = struct({
  address: socketAddress,
  tickles: array(struct({ client: socketAddress, server: socketAddress }), ticklesMax),
});
