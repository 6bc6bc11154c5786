import type { AddressMove, PublicAddress } from './address.ts';

/**
 * How the public addresses of this node differ from those that a plugin last acknowledged. Each address is in at most one
 * of the lists.
 *
 * @example
 * export default definePlugin({
 *   async ipreallocated({ changes }, { act }) {
 *     const { taken, retaken, moved } = changes;
 *     for (const { ip } of [...taken, ...retaken]) await act(['web-announce', ip]);
 *     for (const { ip, newIface } of moved) await act(['web-announce', ip, newIface]);
 *   },
 * });
 */
export interface AddressChanges {
  /** Addresses that are held now and were not held then. */
  readonly taken: readonly PublicAddress[];
  /** Addresses that were held then and are not held now. */
  readonly released: readonly PublicAddress[];
  /** Addresses that were held all the time, but are on another interface now. */
  readonly moved: readonly AddressMove[];
  /**
   * Addresses that were held then and are held now, but were released between. All connections from before are gone or
   * stale.
   */
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
