/** A plugin host ended before it had answered. `message` says how. */
export class HostEnded extends Error {
  override name = 'HostEnded';

  constructor(how: string) {
    super(`the plugin host ended: ${how}`);
  }
}
