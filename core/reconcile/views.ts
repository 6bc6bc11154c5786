import type { PublicAddress } from '../events/address.ts';
import type { HeldAddress } from '../ledger/held.ts';

/** What ctdbd says of its public addresses. */
export interface CtdbView {
  /** The number of this node. */
  readonly pnn: number;
  /** For each address the number of the node that hosts it, -1 for none. */
  readonly hosts: ReadonlyMap<string, number>;
}

/** What each of the three says of the public addresses; in place of a word there may be why it was not to be had. */
export interface Views {
  readonly ledger: readonly PublicAddress[] | NoAnswer;
  readonly kernel: readonly HeldAddress[] | NoAnswer;
  readonly ctdb: CtdbView | NoAnswer;
}

/** One that could not be asked, or has nothing to say. */
export interface NoAnswer {
  /** Whether that is as it should be. */
  readonly isExpected?: boolean;
  /** In a sentence: what was asked, and what came of it. */
  readonly why: string;
}

/** Whether a word was not to be had. */
export const isNoAnswer = (word: Views[keyof Views]): word is NoAnswer => 'why' in word;
