import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityIfThere } from '../files/file-identity.ts';
import { buildIdFile } from '../package/build-id-file.ts';
import { packageRoot } from '../package/package-root.ts';
import { Intrinsics } from '../plugin-host/intrinsics.ts';
import { loadedFiles } from '../plugin-loading/module-hooks.ts';

/** The build's id, and the directories whose files npm replaces. */
const packagePaths = [buildIdFile, join(packageRoot, 'dist'), join(packageRoot, 'dist', 'plugins')];

/** Whether this process still is what it was when it began, and so what a new one would be. */
export class ProcessState {
  readonly #package = new Map(packagePaths.map((path) => [path, identityIfThere(path)]));
  readonly #intrinsics = new Intrinsics();
  readonly #shared = sharedState();

  /** Whether a process that begins now would run other files than this one. */
  isReplaced(): boolean {
    for (const files of [this.#package, loadedFiles()])
      for (const [path, identity] of files) if (identityIfThere(path) !== identity) return true;
    return false;
  }

  /** Whether a plugin has changed what all plugins share. */
  isSpoilt(): boolean {
    return (
      this.#intrinsics.findReplaced() !== undefined ||
      this.#intrinsics.findReplacedElsewhere() !== undefined ||
      sharedState() !== this.#shared
    );
  }
}

/** The environment and the umask, which a plugin may change for the whole process. */
function sharedState(): string {
  const umask = /^Umask:.*/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[0];
  return JSON.stringify([umask, process.env]);
}
