/** Addresses that move one after another, in a burst of events which all were raised before the first of them began. */
export interface Burst {
  readonly event: 'takeip' | 'releaseip';
  /** The addresses in the order in which they move. */
  readonly ips: readonly string[];
}
