import { type About, aboutRequest, readAbout } from '../eventd-protocol/about.ts';
import { connectEventd, NoReply } from '../eventd-protocol/client.ts';
import { results } from '../eventd-protocol/messages.ts';

/** The event daemon that runs, by its own answer. If there was none, `why` says what came instead. */
export type Running =
  | { readonly kind: 'ours'; readonly about: About }
  | { readonly kind: 'stock' }
  | { readonly kind: 'none'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string };

/** Longest wait for the connection, and for the answer, in milliseconds. A daemon answers within a few. */
const waitMs = 3_000;

/**
 * Asks the event daemon that listens on this socket which one it is. This runs no event, waits at most twice `timeoutMs`,
 * and never rejects.
 */
export async function askRunning(socket: string, timeoutMs = waitMs): Promise<Running> {
  try {
    const client = await connectEventd(socket, timeoutMs);
    try {
      const { result, status } = await client.status(aboutRequest, timeoutMs);
      const about = status === null ? undefined : readAbout(status);
      if (about !== undefined) return { kind: 'ours', about };
      // If there is a directory `events/ctdb-hook`, CTDB's own answers EINVAL: it has never run an event of it.
      if (result === results.missing || result === results.invalid) return { kind: 'stock' };
      return { kind: 'unknown', why: `${socket} answered with result ${result}, expected 0, 2 or 22` };
    } finally {
      client.close();
    }
  } catch (error) {
    if (!(error instanceof NoReply)) throw error;
    return whyNot(socket, error);
  }
}

function whyNot(socket: string, { message, cause }: NoReply): Running {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  switch (code) {
    case 'ENOENT':
      return { kind: 'none', why: `there is no ${socket}` };
    case 'ECONNREFUSED':
      return { kind: 'none', why: `nobody listens on ${socket}` };
    case 'EACCES':
      return { kind: 'unknown', why: `${socket}: only root may ask` };
    default:
      return { kind: 'unknown', why: message };
  }
}
