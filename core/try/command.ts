import { execFile } from 'node:child_process';

/** Longest time that a command may take for which no other is given, in milliseconds. */
const usualTimeoutMs = 25_000;

/** Most output of a command, in bytes. */
const outputBytesMax = 64 * 1024 * 1024;

/** How a command ended. */
export interface Ended {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it failed, if it did: what it wrote, else how it ended. */
  readonly why: string;
}

/** How a command is run. */
export interface CommandOptions {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
}

/** Runs a command to its end. */
export function attempt(
  [file, ...args]: readonly [string, ...string[]],
  { input = '', env = process.env, timeoutMs: timeout = usualTimeoutMs }: CommandOptions = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      file,
      args,
      { env, timeout, maxBuffer: outputBytesMax },
      (error, stdout, stderr) => {
        resolve({
          ok: error === null,
          stdout,
          stderr,
          why: stderr === '' && error !== null ? error.message : stderr.trim(),
        });
      },
    );
    child.stdin?.on('error', () => undefined).end(input); // A command need not read its input.
  });
}

/** Runs a command that has to succeed, and returns what it wrote. Throws with what it said if it fails. */
export async function run(
  command: readonly [string, ...string[]],
  options?: CommandOptions,
): Promise<string> {
  const { ok, stdout, why } = await attempt(command, options);
  if (!ok) throw new Error(`"${command.join(' ')}" fails: ${why}`);
  return stdout;
}
