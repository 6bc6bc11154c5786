/** Most messages for the log that a host may send from the beginning of one event to that of the next. */
const reportsMax = 200;

/** Most that is taken of one message for the log. Plugins can write directly to the streams, also in lines of a byte or two. */
const reportMax = { characters: 4096, lines: 20 } as const;

/** What one host has for the log: so much of each message, and so many of them at one event. */
export class HostReports {
  readonly #report: (message: string) => void;
  readonly #onTooMany: (why: string) => void;
  #count = 0;

  constructor(report: (message: string) => void, onTooMany: (why: string) => void) {
    this.#report = report;
    this.#onTooMany = onTooMany;
  }

  /** An event begins: the next messages are of that. */
  beginEvent(): void {
    this.#count = 0;
  }

  /** Takes a message to the log, or tells that it is one too many. */
  add(message: string): void {
    this.#count += 1;
    if (this.#count <= reportsMax) this.#report(shortened(message));
    else this.#onTooMany(`it said more than ${reportsMax} messages for the log at one event`);
  }
}

const shortened = (message: string): string =>
  message.slice(0, reportMax.characters).split('\n', reportMax.lines).join('\n');
