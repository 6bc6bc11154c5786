/** How long a host may take to start, in milliseconds; it takes a tenth of a second on an idle machine. */
export const startTimeoutMs = 10_000;

/** How long a host may take to begin, in milliseconds, before it counts as stuck in what an earlier event left behind. */
export const beginMs = 500;

/** How long a host may take to note an event, in milliseconds: its ledger may wait for a lock. */
export const noteTimeoutMs = 5_000;
