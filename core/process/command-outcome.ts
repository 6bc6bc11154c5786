/** The output of a command, as text (`textOf`). Bytes that are not UTF-8 come out unchanged wherever the text is used. */
interface Said {
  /** Its standard output. With one stream: both outputs, in order. */
  readonly stdout: string;
  /** Its standard error; empty with one stream. */
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
  /** Its own timeout or the event's deadline passed, or the event was cancelled. */
  | { readonly ended: 'timed-out' | 'cancelled'; readonly ok: false }
  /** It wrote more than is kept, so the end of its answer is missing. A command that acts does not end so: it has acted. */
  | { readonly ended: 'cut'; readonly ok: false }
  /** It could not be started. `errno` is a name, such as ENOENT. */
  | { readonly ended: 'not-started'; readonly ok: false; readonly errno: string };

/**
 * How a command ended, and its output. A non-zero exit status is an outcome, not an exception.
 *
 * Only a command that `exited` has a `code`: it has given its answer. Any other outcome has the output until then, and its
 * `ok` is false; this does not mean "no". `describeEnd` puts it into words.
 */
export type CommandOutcome = CommandEnd & Said;
