import { closeSync, openSync } from 'node:fs';
import { plainOrBytes } from '../text/bytes-as-text.ts';
import type { Environment } from './environment.ts';
import { errnoOf } from './errno-error.ts';
import { type NotStarted, startProcess } from './start-process.ts';

/** A program that outlives what started it. */
export interface BackgroundRequest {
  readonly command: readonly [file: string, ...args: string[]];
  readonly environment: Environment;
  /** Where both streams go: a file that is appended to, an open descriptor (which stays open here), or nowhere. */
  readonly output: { readonly path: string } | { readonly fd: number } | 'nowhere';
}

/**
 * Starts a program in a session of its own, which no kill of the event's group reaches, and leaves it running. It
 * reads nothing and holds no pipe of ours. A log file that cannot be opened is `not-started` as well.
 */
export async function startBackground(
  request: BackgroundRequest,
): Promise<{ readonly kind: 'started'; readonly pid: number } | NotStarted> {
  let opened: number | undefined;
  try {
    if (typeof request.output === 'object' && 'path' in request.output)
      opened = openSync(plainOrBytes(request.output.path), 'a');
  } catch (error) {
    const code = errnoOf(error);
    if (code === undefined) throw error;
    return { kind: 'not-started', code };
  }
  try {
    return await startDetached(request, opened);
  } finally {
    if (opened !== undefined) closeSync(opened);
  }
}

async function startDetached(
  { command, environment, output }: BackgroundRequest,
  opened: number | undefined,
) {
  const fd = typeof output === 'object' && 'fd' in output ? output.fd : opened;
  const started = await startProcess({
    file: command[0],
    argv: command,
    environment,
    group: 'session',
    output: fd === undefined ? { kind: 'nowhere' } : { kind: 'descriptor', fd },
  });
  if (started.kind === 'not-started') return started;
  started.release();
  return { kind: started.kind, pid: started.pid };
}
