/** How long a process of one event waits at its end for the disk of the history, in milliseconds. */
export const historyMs = 500;

/** A fault of the history is not the event's, and its output is the event's. */
export const untold = (): undefined => undefined;
