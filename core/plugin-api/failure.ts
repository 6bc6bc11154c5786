/**
 * Throw it in a handler to fail the event with this text as the last line of its output, without a stack trace. With an
 * empty text nothing is added: a command that failed has said why itself.
 */
export class Failure extends Error {
  override name = 'Failure';
}
