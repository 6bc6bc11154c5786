import { closeSync, openSync } from 'node:fs';
import { plainOrBytes } from '../text/bytes-as-text.ts';
import type { Environment } from './environment.ts';
import { errnoOf } from './errno-error.ts';
import { type NotStarted, startProcess } from './start-process.ts';

/** A program that goes on after the process that started it. */
export interface BackgroundRequest {
  readonly command: readonly [file: string, ...args: string[]];
  readonly environment: Environment;
  /** The target of both streams: a file that is appended to, an open descriptor (which stays open here), or nowhere. */
  readonly output: { readonly path: string } | { readonly fd: number } | 'nowhere';
}

/**
 * Starts a program in a session of its own, and leaves it running. No kill of the event's group reaches it. It reads
 * nothing and holds no pipe of ours. If its log file cannot be opened, it is `not-started` as well.
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
