import type { AddressChanges } from '../../events/changes.ts';

/** What is seen of one event while it goes on. */
export class EventBook {
  readonly event: string;
  /** What was changed, in words. */
  readonly did: string[] = [];
  /** What fails the test, whatever the plugin made of it. */
  readonly refusals: Error[] = [];
  readonly told = new Map<string, AddressChanges>();
  readonly left = new Map<string, readonly string[]>();
  /** Plugins whose handlers go on after the event. */
  readonly lingering = new Set<string>();
  /** Settles when the process of the plugins is killed. */
  readonly killed = Promise.withResolvers<'killed'>();

  constructor(event: string) {
    this.event = event;
  }
}
