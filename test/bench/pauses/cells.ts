/** What the clients speak. */
export const protocols = ['NFSv3', 'NFSv4', 'SMB', 'HTTP', 'TCP'] as const;
export type Protocol = (typeof protocols)[number];

/**
 * What a client does when the address moves: it reads or writes a stream, has nothing to ask until a second after the move,
 * waits for an answer, or has begun to wait on a connection that is 100 ms old.
 */
export const manners = ['read', 'write', 'idle', 'waiting', 'fresh'] as const;
export type Manner = (typeof manners)[number];

/** One client in one manner. */
export interface Cell {
  readonly protocol: Protocol;
  readonly manner: Manner;
}

/** Its name, such as `NFSv3 read`. */
export const nameOf = ({ protocol, manner }: Cell): string => `${protocol} ${manner}`;

/** All cells of these protocols. */
export const cellsOf = (wanted: readonly Protocol[]): readonly Cell[] =>
  wanted.flatMap((protocol) => manners.map((manner) => ({ protocol, manner })));
