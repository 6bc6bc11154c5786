/** The heap of a host, in MiB; V8 ends a process that needs more. */
const heapMib = 256;

/**
 * Half of the space for new objects, in MiB. By default V8 lets it grow to sixteen, three times over, and hardly gives it
 * back.
 */
const newObjectsMib = 4;

/** The options of Node for a process that lives long and runs plugins. */
export const hostFlags: readonly string[] = [
  '--disable-sigusr1',
  '--disable-warning=ExperimentalWarning',
  `--max-old-space-size=${heapMib}`,
  `--max-semi-space-size=${newObjectsMib}`,
  '--no-memory-reducer', // It collects garbage while nothing happens, which costs as much as events do.
  '--v8-pool-size=1', // Each helper thread of V8 has memory of its own; on so little work they hardly help.
];
