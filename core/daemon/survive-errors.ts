import { inspect } from 'node:util';

/** Logs errors that nobody caught. A mistake of ours must cost the work that it concerns, and not the node its addresses. */
export function surviveErrors(say: (message: string) => void): void {
  for (const what of ['uncaughtException', 'unhandledRejection'])
    process.on(what, (error: unknown) => {
      say(`ctdb-hook: a mistake of the event daemon, please report it: ${inspect(error)}`);
    });
}
