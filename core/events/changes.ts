import type { AddressMove, PublicAddress } from './address.ts';

/**
 * How the public addresses of this node differ from what a plugin last acknowledged.
 *
 * Each address stands in at most one of the lists.
 */
export interface AddressChanges {
  /** Held now, not then. */
  readonly taken: readonly PublicAddress[];
  /** Held then, not now. */
  readonly released: readonly PublicAddress[];
  /** Held all the time, on another interface now. */
  readonly moved: readonly AddressMove[];
  /** Held then and now, released in between: whatever was connected to it is gone or stale. */
  readonly retaken: readonly PublicAddress[];
  /** Whether any of the lists has an address. */
  readonly any: boolean;
}

/** The changes of a plugin that has nothing to act on. */
export const noChanges: AddressChanges = Object.freeze({
  taken: [],
  released: [],
  moved: [],
  retaken: [],
  any: false,
});
