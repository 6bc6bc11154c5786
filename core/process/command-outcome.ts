/** What a command said, as text (`textOf`): bytes that are not UTF-8 go back as they came wherever text goes. */
interface Said {
  /** What it wrote to standard output; with one stream, to both, in order. */
  readonly stdout: string;
  /** What it wrote to standard error; empty with one stream. */
  readonly stderr: string;
}

/** How a command ended. */
export type CommandEnd =
  | {
      readonly ended: 'exited';
      /** Whether it exited with status 0. */
      readonly ok: boolean;
      /** Its exit status, 0 to 255. */
      readonly code: number;
    }
  | { readonly ended: 'signalled'; readonly ok: false; readonly signal: number }
  /** It was out of its own time or the event's, or the event was cancelled. */
  | { readonly ended: 'timed-out' | 'cancelled'; readonly ok: false }
  /** It said more than is kept, so the end of its answer is missing. Not of a command that acts: that has acted. */
  | { readonly ended: 'cut'; readonly ok: false }
  /** It could not be started; `errno` is a name, such as ENOENT. */
  | { readonly ended: 'not-started'; readonly ok: false; readonly errno: string };

/**
 * How a command ended, and what it said. A non-zero exit is an outcome, not an exception.
 *
 * Only one that `exited` has a `code`: it has given its answer. What any other said is what there was until then, and its
 * `ok`, which is false, does not mean "no". `describeEnd` puts it in words.
 */
export type CommandOutcome = CommandEnd & Said;
