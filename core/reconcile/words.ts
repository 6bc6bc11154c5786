import type { PublicAddress } from '../events/address.ts';
import type { HeldAddress } from '../ledger/held.ts';

/** What ctdbd says of its public addresses. */
export interface CtdbWord {
  /** The number of this node. */
  readonly pnn: number;
  /** For each address the number of the node that hosts it, -1 for none. */
  readonly hosts: ReadonlyMap<string, number>;
}

/** What each of the three says of the public addresses; in place of a word there may be why it was not to be had. */
export interface Words {
  readonly ledger: readonly PublicAddress[] | Unheard;
  readonly kernel: readonly HeldAddress[] | Unheard;
  readonly ctdb: CtdbWord | Unheard;
}

/** One that could not be asked, or has nothing to say. */
export interface Unheard {
  /** Whether that is as it should be. */
  readonly isExpected?: boolean;
  /** In a sentence: what was asked, and what came of it. */
  readonly why: string;
}

/** Whether a word was not to be had. */
export const isUnheard = (word: Words[keyof Words]): word is Unheard => 'why' in word;
