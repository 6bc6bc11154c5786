/**
 * Answers how connections to a port are reset when their address is released.
 *
 * `both-ends` also tells the client. `server-end` only removes the server's end. `isTickled` says whether the node that takes
 * the address will wake up the clients.
 */
export type TcpReset = (port: number, isTickled: boolean) => 'both-ends' | 'server-end';

/** Finds out the policy of all ports, when it is first needed. */
export type FindTcpReset = () => Promise<TcpReset>;

/**
 * The policy of ports that no plugin declares. A client that is told at once connects again at once, to an address that
 * nobody has yet: its SYN is lost, and is sent again after a second. So a client that the next node tickles is told by that.
 * One that nobody tickles is told at once, but for those of SMB, as in CTDB.
 */
export const defaultTcpReset: TcpReset = (port, isTickled) =>
  isTickled || port === 139 || port === 445 ? 'server-end' : 'both-ends';
