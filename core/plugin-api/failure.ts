/**
 * Thrown by a handler to fail its event with this text as the last line of its output, and no stack trace. With an
 * empty text nothing is added: what failed has said why itself.
 */
export class Failure extends Error {
  override name = 'Failure';
}
