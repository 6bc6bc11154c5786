import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { constants as osConstants, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Backend, Pipe, SpawnedProcess, SpawnRequest } from './backend.ts';
import { bytesOf } from '../text/bytes-as-text.ts';
import type { Environment } from './environment.ts';
import { ErrnoError, preparationError } from './errno-error.ts';
import { whyNotExecutable } from './executable.ts';
import type { ProcessEnd } from './process-end.ts';

/**
 * Starts programs by execa, where koffi does not load. Differences from posix_spawn:
 *
 * - Node cannot make a pipe, only pairs of sockets, which `> /dev/stderr` does not open. So each pipe is a FIFO made by
 *   mkfifo(1), which is one more program to start.
 * - Node sets SIGPIPE to its default action. That would kill a background child that writes after the script ended. So `sh`
 *   ignores SIGPIPE and executes the program. sh drops variables whose names it cannot express (`a.b`) and may add its own
 *   (PWD, SHLVL, _). sh also makes the words that are not UTF-8, since Node passes on no others. argv[0] of a compiled
 *   program is its path.
 * - Whether the program can be executed is found out before. A program that vanishes in that instant exits with sh's 127.
 *   Formats that only binfmt_misc knows are refused.
 * - A group of its own is a session of its own.
 * - Node waits for a program as soon as it ends, so the kernel may give its process id to another process.
 * - A program killed by a real-time signal counts as exited with 0: Node reports it so.
 * - Inherited descriptors above 15 may reach the program: Node closes no others.
 */
export async function loadExecaBackend(): Promise<Backend> {
  const { execa } = await import('execa');

  async function makePipes(count: number): Promise<readonly Pipe[]> {
    if (count === 0) return [];
    const directory = mkdtempSync(join(tmpdir(), 'ctdb-hook-pipe-'));
    try {
      const paths = Array.from({ length: count }, (_, index) => join(directory, String(index)));
      const made = await execa('mkfifo', ['-m', '600', ...paths], {
        reject: false,
        timeout: mkfifoTimeoutMs,
      });
      if (made.failed) throw new ErrnoError(`mkfifo in ${directory}: ${made.shortMessage}`, 'EIO');
      return paths.map(openFifo);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }

  async function spawn(request: SpawnRequest): Promise<SpawnedProcess> {
    const refused = whyNotExecutable(request.file);
    if (refused !== undefined) throw new ErrnoError(`execute ${request.file}`, refused);
    const words = [request.file, ...request.argv.slice(1)];
    // The types of execa know no descriptor above 9; execa itself does.
    const [stdin, stdout, stderr] = request.descriptors as readonly [3, 3, 3];
    const script = `trap '' PIPE\n${exportBytes(request.environment)}exec ${words.map(inShell).join(' ')}`;
    const started = execa('/bin/sh', ['-c', script, 'sh', ...words.map((word) => word.toWellFormed())], {
      env: wellFormed(request.environment),
      extendEnv: false,
      stdio: [stdin, stdout, stderr],
      detached: request.group !== 'inherited',
      buffer: false,
      cleanup: false,
      reject: false,
    });
    if (started.pid === undefined) {
      throw preparationError(`start /bin/sh for ${request.file}`, (await started).cause);
    }
    return {
      pid: started.pid,
      // Execa holds no stream of the program. So this is the program's exit, and not the end of a pipe.
      ended: started.then(({ exitCode, signal }) => endOf(exitCode, signal)),
      unref: () => {
        started.nodeChildProcess.unref();
      },
      signal: (signal) => void started.kill(signal),
      isPidHeld: false,
      letGo: () => undefined,
    };
  }

  return { name: 'execa', makePipes, spawn };
}

const mkfifoTimeoutMs = 5000;

/** Opens both ends. A first reader lets the writer open without waiting; the writer does the same for the real reader. */
function openFifo(path: string): Pipe {
  const opener = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const writeEnd = openSync(path, constants.O_WRONLY);
    return { writeEnd, readEnd: openSync(path, constants.O_RDONLY) };
  } finally {
    closeSync(opener);
  }
}

function wellFormed(environment: Environment): Record<string, string> {
  const entries = Object.entries(environment).filter(([, value]) => value?.isWellFormed() === true);
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

/** A word of a command for sh: the argument of that number, or the output of printf(1) with its bytes. */
const inShell = (word: string, index: number): string =>
  word.isWellFormed() ? `"\${${index + 1}}"` : `"${printed(word)}"`;

/** Lines that export the values that are not UTF-8, for variables whose names sh can express. */
const exportBytes = (environment: Environment): string =>
  Object.entries(environment)
    .filter(([name, value]) => value?.isWellFormed() === false && /^[A-Za-z_]\w*$/.test(name))
    .map(([name, value = '']) => `export ${name}="${printed(value)}"\n`)
    .join('');

/** The bytes by printf(1). A command substitution drops line breaks at the end, so these stand outside of it, in the quotes. */
function printed(word: string): string {
  const [, text = '', breaks = ''] = /^(.*?)(\n*)$/s.exec(word) ?? [];
  const octal = Array.from(bytesOf(text), (byte) => `\\${byte.toString(8).padStart(3, '0')}`);
  return `$(printf '${octal.join('')}')${breaks}`;
}

function endOf(exitCode: number | undefined, signal: NodeJS.Signals | undefined): ProcessEnd {
  if (signal !== undefined) return { kind: 'signalled', signal: osConstants.signals[signal] };
  return { kind: 'exited', code: exitCode ?? 255 };
}
