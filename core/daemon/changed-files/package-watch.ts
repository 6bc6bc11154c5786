import { readFileSync } from 'node:fs';
import { buildId } from '../../package/build-id.ts';
import { buildIdFile } from '../../package/build-id-file.ts';
import { identityIfThere } from '../../files/file-identity.ts';

/** Tells when the package on disk is no longer the one that runs. ctdb should be restarted then; nothing else depends on it. */
export class PackageWatch {
  readonly #file: string;
  #identity: string | undefined;
  #said: string | undefined;

  constructor(file = buildIdFile) {
    this.#file = file;
  }

  /** A message about the change, once for each change; undefined if nothing has changed. */
  findNews(): string | undefined {
    const identity = identityIfThere(this.#file);
    if (identity !== undefined && identity === this.#identity) return undefined;
    this.#identity = identity;
    const what = this.#describe();
    if (what === this.#said) return undefined;
    this.#said = what;
    return what;
  }

  #describe(): string | undefined {
    const found = readIfThere(this.#file);
    if (found === undefined)
      return `WARNING: ${this.#file} is gone: this event daemon goes on without its package, and the next one will not start`;
    if (found === buildId) return undefined;
    return `ctdb-hook on disk is build ${found}, build ${buildId} runs until ctdb is restarted`;
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
