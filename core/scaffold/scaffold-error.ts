/** A project cannot be written. The message says why, and what to type. */
export class ScaffoldError extends Error {
  override name = 'ScaffoldError';
}
