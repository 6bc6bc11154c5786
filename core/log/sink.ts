/** Where formatted lines go. */
export interface Sink {
  /** What it is, for messages. */
  readonly name: string;
  /**
   * Sends lines, and resolves when they are handed over. Called again only after that. Those of a failed call are sent
   * again, so that a line may come twice rather than never.
   *
   * @throws Error (rejects) with what keeps it from sending
   */
  send(lines: readonly Buffer[]): Promise<void>;
  /** Opens its target anew at the next chance; a file may have been moved away. */
  reopen(): void;
  /** Lets go of its target. */
  close(): Promise<void>;
}
