/**
 * Answers how connections to a port are reset when their address is released.
 *
 * `both-ends` also tells the client. `server-end` only removes the server's end.
 */
export type TcpReset = (port: number) => 'both-ends' | 'server-end';

/** Finds out the policy of all ports, when it is first needed. */
export type FindTcpReset = () => Promise<TcpReset>;

/** CTDB's policy. Clients of SMB are not told: they react to the tickle that the next node sends. */
export const ctdbTcpReset: TcpReset = (port) => (port === 139 || port === 445 ? 'server-end' : 'both-ends');
