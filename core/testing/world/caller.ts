/** Who asks something of the fake world: one plugin at one event. */
export interface Caller {
  readonly plugin: string;
  readonly event: string;
  readonly signal: AbortSignal;
  /** Adds a line to the output of the event. */
  readonly log: (text: string) => void;
  /** Adds what a command that acts has printed. */
  readonly show: (text: string) => void;
  /** Whether its process is there. What a dead process asks is never answered. */
  readonly isAlive: () => boolean;
  /** Ends its process, as SIGKILL does. */
  readonly die: () => void;
  /** Gets what it has changed, in words. */
  readonly did: (what: string) => void;
  /** Gets what the test has not declared, which fails the test. */
  readonly refuse: (refusal: NotDeclared) => void;
}

/** A plugin asked something of the fake world that the test says nothing about. The message says what to type. */
export class NotDeclared extends Error {
  override name = 'NotDeclared';
}

/** Refuses what the test has not declared. @throws NotDeclared */
export function refuse(caller: Caller, did: string, toType: string): never {
  const { plugin, event } = caller;
  const refusal = new NotDeclared(
    `${plugin} at ${event} ${did}, of which the test says nothing. Say it: ${toType}`,
  );
  caller.refuse(refusal);
  throw refusal;
}
