/** An error of the system. `code` has its errno name, as in Node's own errors. */
export class ErrnoError extends Error {
  override name = 'ErrnoError';
  readonly code: string;

  constructor(call: string, code: string) {
    super(`${call}: ${code}`);
    this.code = code;
  }
}

/** The errno name of an error of the system, or undefined for any other error. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return /^E[A-Z0-9]+$/.test(error.code) ? error.code : undefined;
}

/**
 * The error of a step before the program was executed. ENOENT, EACCES and ENOEXEC mean that the program itself is missing
 * or not executable, and CTDB skips such a script. A missing /dev/null must not look like that.
 */
export function preparationError(call: string, error: unknown): unknown {
  const code = errnoOf(error);
  if (code === undefined) return error;
  const ofProgram = code === 'ENOENT' || code === 'EACCES' || code === 'ENOEXEC';
  return new ErrnoError(`${call}: ${String(error)}`, ofProgram ? 'EIO' : code);
}
