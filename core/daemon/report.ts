import type { LogLevel } from '../ctdb-config/log-level.ts';

/** Takes a message for the log. Without a level it is what the message begins with, and otherwise a warning. */
export type Report = (message: string, level?: LogLevel) => void;
