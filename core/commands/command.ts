/** An option of a command, in the form that parseArgs of node:util takes, with what help says of it. */
export interface CommandOption {
  readonly type: 'string' | 'boolean';
  readonly default?: string | boolean;
  /** What its value is, in capitals, as in `--since TIME`. Only of a 'string'. */
  readonly value?: string;
  readonly what: string;
}

/** What `ctdb-hook` needs to know of a command to explain it: for --help, its man page and the completion of a shell. */
export interface Command {
  /** One line, without a full stop. */
  readonly summary: string;
  /** The words after its name, as in `EVENT [ARG ...]`. None if it takes only options. */
  readonly words?: string;
  /** Words that a shell can complete at its first place. */
  readonly choices?: readonly string[];
  /** Paragraphs. */
  readonly about: readonly string[];
  readonly options?: Readonly<Record<string, CommandOption>>;
  /** What each exit status means. */
  readonly statuses: Readonly<Record<number, string>>;
  /** The exit status where its words cannot be understood; 1 if it is not given. */
  readonly usageStatus?: number;
  readonly examples?: readonly string[];
  /** It is called by programs of ctdb-hook only, and no help tells of it. */
  readonly isInternal?: true;
}
