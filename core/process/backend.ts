import type { Environment } from './environment.ts';
import type { ProcessEnd } from './process-end.ts';

/**
 * Which process group a program is put in: a group of its own, the caller's, or a session of its own, which neither
 * the kill of an event's group nor a terminal reaches.
 */
export type Group = 'own' | 'inherited' | 'session';

/** A program to start, all decided: the file is found and the descriptors are open. */
export interface SpawnRequest {
  readonly file: string;
  readonly argv: readonly string[];
  readonly environment: Environment;
  readonly group: Group;
  /** What becomes descriptors 0, 1 and 2 of the program. They stay open here. */
  readonly descriptors: readonly [stdin: number, stdout: number, stderr: number];
  /** Whether its process id is to stay its own after its end, until `letGo`, where that can be had. */
  readonly holdsPid: boolean;
}

/** A program that runs. */
export interface SpawnedProcess {
  readonly pid: number;
  /** Settles when the program itself has ended, whatever its children do. Never rejects. */
  readonly ended: Promise<ProcessEnd>;
  /** Lets this process exit before the program does. */
  unref(): void;
  /** Signals the program alone; nothing once it was waited for, since its process id may be another's then. */
  signal(signal: NodeJS.Signals): void;
  /** Whether its process id is no other's until `letGo`, though it has ended. */
  readonly isPidHeld: boolean;
  /** Gives its process id back as soon as it has ended. */
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
