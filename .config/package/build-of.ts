import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Architecture } from './architecture.ts';
import { checksums } from './checksums.ts';
import type { ProgramTree } from './program-tree.ts';
import { seal } from './seal.ts';

/** What a package is built of. */
export interface Build {
  readonly tree: ProgramTree;
  readonly architecture: Architecture;
  /** As Debian writes versions: `0.2.0~rc.1`. */
  readonly version: string;
  /** `ctdb-hook-VERSION`: the folder of the program. */
  readonly folderName: string;
  /** The time of all files, in seconds since 1970. */
  readonly seconds: number;
  /** Packed fast, and a third larger: for tests. */
  readonly isQuick: boolean;
  /** A folder to work in. */
  readonly directory: string;
  /** The folder for what is made. */
  readonly to: string;
}

/** The file with the checksums of all others: what `ctdb-hook install` and `upgrade` compare before they change anything. */
export const checksumsFile = 'checksums';

/** Writes the checksums of a folder's files into it, and makes it the same wherever it is built. */
export function sealed({ seconds }: Build, folder: string): void {
  writeFileSync(join(folder, checksumsFile), checksums(folder, 'sha256'));
  seal(folder, seconds);
}
