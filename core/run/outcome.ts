/** How one entry ended. */
export interface EntryOutcome {
  readonly begin: Date;
  readonly end: Date;
  /**
   * CTDB's result of a script: 0, a positive exit status, or a negative errno, such as -ETIMEDOUT; see
   * core/process/exit-code.ts.
   */
  readonly result: number;
  /** What it said, byte for byte, in the order in which it was said. */
  readonly output: Buffer;
  /** What a plugin did that the history tells of, if it did. */
  readonly effects?: Effects | undefined;
}

/** What a plugin did at an event that the history tells of. Of scripts nobody knows. */
export interface Effects {
  /** Connections that were reset because their address was released. */
  readonly connectionsKilled: number;
  /** Those of them that were still there afterwards. */
  readonly connectionsLeft: number;
  /** Address changes that it was told of, and acted on: its deferred work. */
  readonly changesTold: number;
  /** Addresses that it put on an interface or took off: `+10.0.0.1/24 eth0`, `-10.0.0.1/24 eth0`. */
  readonly moved: readonly string[];
}

/** The effects of a plugin that did nothing of that kind. */
export const noEffects: Effects = Object.freeze({
  connectionsKilled: 0,
  connectionsLeft: 0,
  changesTold: 0,
  moved: [],
});

/** What ctdbd raised. An event of a newer ctdbd may have a name that we do not know. */
export interface RaisedEvent {
  readonly name: string;
  readonly argv: readonly string[];
}
