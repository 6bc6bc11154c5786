/** The places of the installed CTDB's files, as `ctdb-path` of 4.9 and later knows them. */
export interface InstalledPlaces {
  /** CTDB's configuration directory. */
  readonly base: string;
  /** CTDB's own state: databases and the like. */
  readonly varDir: string;
  readonly eventdSocket: string;
  readonly eventdPidFile: string;
  readonly ctdbdSocket: string;
  readonly ctdbdPidFile: string;
}

/** The CTDB that is installed here, as its own programs say. */
export interface Installation extends InstalledPlaces {
  readonly helperDir: string;
  /** Whether `CTDB_SOCKET` moves ctdbd's socket outside of CTDB's test mode, as it did in earlier releases. */
  readonly obeysCtdbSocket: boolean;
  /** As `ctdb version` says. */
  readonly release: string;
  /** What people should know, in sentences: the question, the answer, and what is assumed. */
  readonly problems: readonly string[];
}
