/** What must hold, by the name by which it is told of and left out. */
export const invariants = {
  'two-nodes': 'no address is on two nodes of the cluster',
  lost: 'after a takeover run each address is on a node, if one can have it',
  'not-told': 'a plugin is told of every address change, until it has acted on it',
  'told-again': 'a plugin is not told again of what it has acted on',
  early: 'a plugin has done its work when its handler returns',
  fails: 'no event fails by itself',
  'out-of-time': 'an event ends within 30 seconds, and a takeover run within 27',
  'other-plugin': 'what goes wrong in one plugin fails no other one',
  leftover: 'what a plugin has written names the addresses that the node has, whatever happened before',
  'no-rest': 'a cluster in which nothing goes wrong any more comes to rest',
} as const;

export type Invariant = keyof typeof invariants;

/** Something that must not be. */
export interface Violation {
  readonly invariant: Invariant;
  /** When it was seen, in milliseconds since the simulation began. */
  readonly atMs: number;
  /** The plugin that is to blame, if one is. */
  readonly plugin?: string;
  readonly pnn?: number;
  /** What was seen, in a sentence. */
  readonly text: string;
}
