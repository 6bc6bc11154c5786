import type { PublicAddress } from '../events/address.ts';
import type { HeldAddress } from '../ledger/held.ts';

/** What ctdbd says about its public addresses. */
export interface CtdbView {
  /** The number of this node. */
  readonly pnn: number;
  /** The number of the node that hosts each address; -1 for none. */
  readonly hosts: ReadonlyMap<string, number>;
}

/** What each of the three says about the public addresses, or why it could not be asked. */
export interface Views {
  readonly ledger: readonly PublicAddress[] | NoAnswer;
  readonly kernel: readonly HeldAddress[] | NoAnswer;
  readonly ctdb: CtdbView | NoAnswer;
}

/** The reason for a missing answer. */
export interface NoAnswer {
  /** Whether no answer is expected here. */
  readonly isExpected?: boolean;
  /** A sentence: what was asked, and what happened. */
  readonly why: string;
}

/** Whether this is the reason for a missing answer. */
export const isNoAnswer = (word: Views[keyof Views]): word is NoAnswer => 'why' in word;
