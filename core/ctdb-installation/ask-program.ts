import type { SpawnSyncReturns } from 'node:child_process';

/** The answer of a program of CTDB, or in words how it ended without one. */
export type ProgramAnswer = { readonly text: string } | { readonly how: string; readonly isLate: boolean };

/** How long an answer may take, in milliseconds. The answers are constants, and take 5. */
const timeoutMs = 2_000;

/** Most that is read of an answer: far more than a path. */
const outputBytesMax = 64 * 1024;

/** Variables that make CTDB's programs answer for something other than the installation. */
const leftOut = ['CTDB_TEST_MODE', 'CTDB_BASE', 'CTDB_SOCKET'] as const;

/**
 * Has a program of CTDB say one line about the installation. It blocks the process meanwhile, so its callers keep the
 * answer.
 */
export function askProgram(
  program: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ProgramAnswer {
  // This is loaded only when it is needed, and not at the start of each hook process.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const unset = Object.fromEntries(leftOut.map((name) => [name, undefined]));
  const ended = spawnSync(program, words, {
    env: { ...process.env, ...unset, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'latin1',
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: outputBytesMax,
  });
  if (ended.error === undefined && ended.status === 0) {
    const [text = '', ...more] = ended.stdout.replace(/\n$/, '').split('\n');
    if (text !== '' && more.length === 0) return { text };
  }
  return { how: howItEnded(ended), isLate: isLate(ended) };
}

const isLate = ({ error }: SpawnSyncReturns<string>): boolean => codeOf(error) === 'ETIMEDOUT';

const codeOf = (error: Error | undefined): unknown => error && 'code' in error && error.code;

function howItEnded(ended: SpawnSyncReturns<string>): string {
  const { error, status, signal, stdout, stderr } = ended;
  if (isLate(ended)) return `did not answer within ${timeoutMs / 1000} seconds`;
  if (codeOf(error) === 'ENOBUFS') return `says more than ${outputBytesMax} bytes, expected one line`;
  if (error !== undefined) return `cannot be started: ${error.message}`;
  if (signal !== null) return `was ended by ${signal}${quoted(stderr)}`;
  if (status !== 0)
    return `ended with status ${status ?? 'unknown'}${quoted(stderr.trim() === '' ? stdout : stderr)}`;
  return `says ${JSON.stringify(stdout.slice(0, 100))}, expected one line`;
}

function quoted(said: string): string {
  const first = said.trim().split('\n')[0] ?? '';
  return first === '' ? '' : `: ${JSON.stringify(first.slice(0, 100))}`;
}
