import type { LogLevel } from '../ctdb-config/log-level.ts';

/** Takes a message for the log. Without a level it is an error if the message says so, and otherwise a warning. */
export type Report = (message: string, level?: LogLevel) => void;
