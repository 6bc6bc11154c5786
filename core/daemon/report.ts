import type { LogLevel } from '../ctdb-config/log-level.ts';

/** Takes something for the log; without a level, an error if it says so itself and else a warning. */
export type Report = (message: string, level?: LogLevel) => void;
