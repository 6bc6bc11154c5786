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
}

/** What ctdbd raised. An event of a newer ctdbd may have a name that we do not know. */
export interface RaisedEvent {
  readonly name: string;
  readonly argv: readonly string[];
}
