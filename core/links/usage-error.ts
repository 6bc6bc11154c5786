/** A command line cannot be understood. The message says what was expected. */
export class UsageError extends Error {
  override name = 'UsageError';
}
