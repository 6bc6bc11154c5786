/** A change that an event would make, with the command that makes it, or that would be equivalent. */
export interface Change {
  readonly word: 'would run';
  readonly kind: ChangeKind;
  /** A command as its words, without a shell. */
  readonly command?: readonly string[];
  /** What is changed, in words; for the network a command that is equivalent. */
  readonly what: string;
  /** What is given to the command on its standard input. */
  readonly input?: string;
  /** The lines that a text file would have more, and those that it would have no more. */
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
}

/** What a change is made by: a command that goes on after the event is `background`; `memory` is what a plugin remembers. */
export type ChangeKind = 'command' | 'background' | 'service' | 'ctdb' | 'network' | 'file' | 'memory';

/** A question that changes nothing, and was asked. */
export interface Question {
  readonly word: 'runs';
  readonly what: string;
  /** What came of it, short: an exit status, a number of lines. */
  readonly answer: string;
}

/** From here on nobody can know what happens without the result of something that was not done. */
export interface Unknown {
  readonly word: 'unknown from here';
  /** What has the result. */
  readonly needs: string;
  /** What the following steps take for granted. Undefined if there is nothing that could be, and the dry run ends. */
  readonly assumed?: string;
}

/** One step of a plugin at an event. */
export type Step = Change | Question | Unknown;
