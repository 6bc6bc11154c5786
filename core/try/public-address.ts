/** An address of a node or of its client, as events have it. */
export interface PublicAddress {
  readonly ip: string;
  readonly maskBits: string;
}
