/** The switch cannot be made or undone. `message` says what, where and what was expected. */
export class SwitchError extends Error {
  override name = 'SwitchError';
}
