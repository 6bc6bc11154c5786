import type { Environment } from './environment.ts';
import type { ProcessEnd } from './process-end.ts';

/**
 * The process group of a program: its own, the caller's, or one in a session of its own. The kill of an event's group does
 * not reach a session of its own, and neither does a terminal.
 */
export type Group = 'own' | 'inherited' | 'session';

/** A program to start. Everything is decided: the file is found and the descriptors are open. */
export interface SpawnRequest {
  readonly file: string;
  readonly argv: readonly string[];
  readonly environment: Environment;
  readonly group: Group;
  /** The descriptors that become 0, 1 and 2 of the program. They stay open here. */
  readonly descriptors: readonly [stdin: number, stdout: number, stderr: number];
  /**
   * Whether the kernel must not give its process id to another process until `letGo`, even after its end. Not every backend
   * can do this.
   */
  readonly holdsPid: boolean;
}

/** A program that runs. */
export interface SpawnedProcess {
  readonly pid: number;
  /** Settles when the program itself has ended. Its children may go on. Never rejects. */
  readonly ended: Promise<ProcessEnd>;
  /** Lets this process exit before the program does. */
  unref(): void;
  /**
   * Signals only the program. It does nothing after the program was waited for: its process id may then belong to another
   * process.
   */
  signal(signal: NodeJS.Signals): void;
  /** Whether the kernel keeps its process id until `letGo`, even after its end. */
  readonly isPidHeld: boolean;
  /** Lets the kernel reuse its process id as soon as it has ended. */
  letGo(): void;
}

/** Both ends of a pipe, as descriptors that are closed on exec. */
export interface Pipe {
  readonly readEnd: number;
  readonly writeEnd: number;
}

/** A way to make pipes and to start programs. Both throw an error whose `code` is an errno name. */
export interface Backend {
  readonly name: 'koffi' | 'execa';
  makePipes(count: number): readonly Pipe[] | Promise<readonly Pipe[]>;
  spawn(request: SpawnRequest): SpawnedProcess | Promise<SpawnedProcess>;
}
