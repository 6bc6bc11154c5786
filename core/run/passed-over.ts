/**
 * A plugin cannot run at an event that must not fail for it. It is passed over, with this message in its output; what it has to
 * act on waits.
 */
export class PassedOver extends Error {
  override name = 'PassedOver';
}
