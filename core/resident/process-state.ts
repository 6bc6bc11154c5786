import { dirname, join } from 'node:path';
import { identityIfThere } from '../files/file-identity.ts';
import { buildIdFile } from '../package/build-id-file.ts';
import { Intrinsics } from '../plugin-host/intrinsics.ts';
import { readProcFile } from '../process/read-proc-file.ts';
import { loadedFiles } from '../plugin-loading/module-hooks.ts';

/** The build's id, and the directories whose files npm replaces. */
const packagePaths = [buildIdFile, dirname(buildIdFile), join(dirname(buildIdFile), 'plugins')];

/** Whether this process still is what it was when it began, and so what a new one would be. */
export class ProcessState {
  readonly #package = new Map(packagePaths.map((path) => [path, identityIfThere(path)]));
  readonly #intrinsics = new Intrinsics();
  readonly #environment = { ...process.env };
  readonly #umask = umaskLine();

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
      umaskLine() !== this.#umask ||
      !this.#hasItsEnvironment()
    );
  }

  #hasItsEnvironment(): boolean {
    const names = Object.keys(process.env);
    const known = this.#environment;
    return (
      names.length === Object.keys(known).length && names.every((name) => process.env[name] === known[name])
    );
  }
}

/** The umask, which a plugin may change for the whole process. */
function umaskLine(): string {
  const status = readProcFile('/proc/self/status');
  const begin = status.indexOf('\nUmask:');
  return status.slice(begin, status.indexOf('\n', begin + 1));
}
