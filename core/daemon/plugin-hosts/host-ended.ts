/** A plugin host ended before it had answered. `message` says how. */
export class HostEnded extends Error {
  override name = 'HostEnded';

  constructor(how: string) {
    super(`the plugin host ended: ${how}`);
  }
}

/**
 * How a host ended, in words, by what its parent was told of it.
 *
 * @param error What V8 wrote last, such as that there is no memory.
 */
export function describeHostEnd(
  code: number | null,
  signal: NodeJS.Signals | null,
  error: string | undefined,
): string {
  const how = signal === null ? `it exited with status ${code ?? 0}` : `it was ended by ${signal}`;
  return error === undefined ? how : `${how}: ${error}`;
}
