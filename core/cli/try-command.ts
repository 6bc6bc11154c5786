import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { commands } from '../commands/commands.ts';
import { eventNames, type EventName } from '../events/events.ts';
import { readFileName } from '../event-directory/file-name.ts';
import { sayLine, warn } from '../links/output.ts';
import { UsageError } from '../links/usage-error.ts';
import { endingSignal } from '../try/ending-signal.ts';
import { findPluginFiles } from '../try/find-plugin-files.ts';
import { life } from '../try/life.ts';
import { findWayIn, tryPlugin, type Trial } from '../try/try-plugin.ts';
import { filesChange } from '../try/watch-files.ts';
import { unknownWord } from './unknown-word.ts';

/**
 * `ctdb-hook try PLUGIN [EVENT ...]`: runs a plugin through the life of a node in throwaway namespaces.
 *
 * @returns 0 if all that had to happen happened; 128 + N if it was ended by signal N, with `--watch` 0
 */
export async function tryCommand(words: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: words,
    options: commands.try.options,
    allowPositionals: true,
  });
  const [given, ...events] = positionals;
  if (given === undefined) throw new UsageError('try: expected the file of a plugin, such as 55.web.ts');
  const timeoutS = readTimeout(values.timeout);
  const plugin = { name: nameOf(given), file: resolve(given) };
  const entrance = findWayIn();
  if ('refusals' in entrance) {
    for (const line of ['ctdb-hook: try: no throwaway node can be made here:', ...entrance.refusals])
      warn(line.startsWith('ctdb-hook') ? line : `  ${line}`);
    return 1;
  }
  const { signal, ended } = endingSignal();
  const trial = { ...plugin, events: readEvents(events), timeoutS, isKept: values.keep };
  const once = async (until: AbortSignal): Promise<number | undefined> =>
    tryPlugin(entrance, { ...trial, signal: until });
  if (values.watch) return watchAndTry(trial, once, signal);
  const status = await once(signal).catch((error: unknown) => sayFault(error));
  return ended.name === undefined ? (status ?? 1) : 128 + constants.signals[ended.name];
}

/** Runs it now and whenever a file has changed; what runs then is ended. @returns 0 when it was ended */
async function watchAndTry(
  { file }: Pick<Trial, 'file'>,
  once: (signal: AbortSignal) => Promise<number | undefined>,
  signal: AbortSignal,
): Promise<number> {
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    const files = filesOf(file);
    const change = new AbortController();
    const running = once(AbortSignal.any([signal, change.signal])).catch((error: unknown) => sayFault(error));
    await filesChange(files, signal).catch((error: unknown) => {
      if (!isOver()) throw new UsageError(`try: ${String(error)}`, { cause: error });
    });
    change.abort(new Error('a file has changed'));
    await running;
    if (!isOver()) sayLine(`\n${'-'.repeat(80)}`);
  }
  return 0;
}

/** What is watched of a plugin that may be half written, or away for a moment. */
function filesOf(file: string): readonly string[] {
  try {
    return findPluginFiles(file);
  } catch {
    return [file];
  }
}

function sayFault(error: unknown): number {
  if (!(error instanceof Error)) throw error;
  warn(`ctdb-hook: try: ${error.message}`);
  return 1;
}

/** The name of a plugin by its file's. */
function nameOf(given: string): string {
  if (!existsSync(given)) throw new UsageError(`try: there is no file ${given}`);
  const found = readFileName(basename(given), 'legacy');
  if (found.kind === 'plugin') return found.name;
  throw new UsageError(
    `try: ${given}: ${found.kind === 'ignored' ? found.why : `it is no plugin (${found.kind})`}, expected NN.name.ts, such as 55.web.ts`,
  );
}

function readEvents(words: readonly string[]): readonly EventName[] {
  if (words.length === 0) return life;
  return words.map((word) => {
    const event = eventNames.find((name) => name === word);
    if (event !== undefined) return event;
    throw new UsageError(`try: ${unknownWord('event', word, eventNames, 'see ctdb-hook events')}`);
  });
}

function readTimeout(given: string): number {
  const seconds = /^\d{1,4}$/.test(given) ? Number(given) : 0;
  if (seconds > 0) return seconds;
  throw new UsageError(`try: --timeout: expected seconds from 1 to 9999, got "${given}"`);
}
