/** A client's connection to its server. What it asks for fails with the connection. */
export interface Session {
  /** Asks for something small. */
  readonly ask: () => Promise<void> | void;
  /** Gets the next piece of a stream. */
  readonly read: () => Promise<void> | void;
  /** Writes the next piece of a stream. */
  readonly write: () => Promise<void> | void;
  /** Asks for something whose answer will not come. */
  readonly late: () => Promise<void> | void;
  /** Drops the connection, whatever state it is in. */
  readonly close: () => void;
}

/** Connects to a server. */
export type OpenSession = (ip: string) => Promise<Session> | Session;
