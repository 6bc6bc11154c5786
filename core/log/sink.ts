/** The target of formatted lines. */
export interface Sink {
  /** Its name for messages. */
  readonly name: string;
  /**
   * Sends lines, and resolves when they are handed over. It is called again only after that. The lines of a failed call are
   * sent again, so a line may come twice rather than never.
   *
   * @throws Error (rejects) with the reason why it cannot send
   */
  send(lines: readonly Buffer[]): Promise<void>;
  /** Opens its target again when that is possible: a file may have been moved away. */
  reopen(): void;
  /** Closes its target. */
  close(): Promise<void>;
}
