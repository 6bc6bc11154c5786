import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { programRoot } from '../package/package-root.ts';

/** The programs that run in the namespaces: the node's first process, the client's computer, and a server. */
export type Role = 'node' | 'client' | 'server';

/** The file of them all: `program.ts` beside this one, or as it was built. */
const programFile: string = import.meta.url.endsWith('.ts')
  ? fileURLToPath(new URL('program.ts', import.meta.url))
  : join(programRoot, 'dist/try.js');

/** The folder with what stands in for programs, in the source or as it was built. */
export const standIns: string = import.meta.url.endsWith('.ts')
  ? fileURLToPath(new URL('stand-ins', import.meta.url))
  : join(programRoot, 'dist/stand-ins');

/** A command that runs one of them. */
export const ownProgram = (role: Role, ...args: readonly string[]): readonly [string, ...string[]] => [
  process.execPath,
  '--disable-warning=ExperimentalWarning',
  programFile,
  role,
  ...args,
];
