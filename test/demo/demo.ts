/**
 * What `npm start` shows: the life of one CTDB node, from init to shutdown, run by bin/ctdb-hook on a real network.
 *
 * Everything happens in throwaway namespaces, so nothing of this computer is touched and nothing is left behind.
 * Exit status: 0 if everything that was shown really happened, 1 if not, 128 + N when interrupted by signal N.
 */
import { findMissing } from '../../core/try/prerequisites.ts';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { endingSignal } from '../../core/try/ending-signal.ts';
import { findEntrance, runInside } from '../../core/try/namespaces.ts';

/** Longest time that the whole demo may take, in milliseconds: several times what it takes on a busy computer. */
const timeoutMs = 60_000;

const missing = findMissing();
if (missing.length > 0) endPlugin(missing);

const entrance = findEntrance();
if ('refusals' in entrance) endPlugin(entrance.refusals);

const { signal, ended } = endingSignal();
const program = fileURLToPath(new URL('inside.ts', import.meta.url));
const command = [process.execPath, program, entrance.namespaces];
const status = await runInside(entrance, { command, timeoutMs, signal });
process.exitCode = ended.name === undefined ? (status ?? 1) : 128 + constants.signals[ended.name];

function endPlugin(reasons: readonly string[]): never {
  process.stderr.write(['The demo cannot start here:', ...reasons].join('\n  ') + '\n');
  process.exit(1);
}
