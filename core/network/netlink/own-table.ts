/** Our own table of nftables. The `commands` network has other sets and a chain in it. */
export const ownTable = 'ctdb_hook';
