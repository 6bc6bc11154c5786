import { basename } from 'node:path';
import { declaredEvents, isKnownAsStock } from '../event-directory/declared-events.ts';
import type { Entry } from '../event-directory/entry.ts';
import type { PluginInForce } from '../eventd-protocol/about.ts';
import { Untrusted } from '../files/trust.ts';
import { pluginFile } from '../run/plugin/entry-plugin.ts';

/** The state of an entry, in words. */
export interface EntryState {
  readonly state: string;
  readonly isWrong?: boolean;
  /** What is wrong with its options, in lines. */
  readonly optionFaults?: readonly string[];
}

/** Whether an entry is enabled, and if it is a plugin whether it can be run. */
export async function stateOf(entry: Entry): Promise<EntryState> {
  const ofFile = stateOfFile(entry);
  if (entry.disabled !== undefined || entry.kind === 'script' || ofFile.isWrong === true) return ofFile;
  const {
    fault,
    isKept,
    optionFaults = [],
  } = await (await import('../check/try-to-load.ts')).tryToLoad(entry);
  if (fault !== undefined) {
    const instead = isKept ? ', its last good version goes on' : '';
    return { state: `does not load${instead}: ${fault}${inPlace(entry)}`, isWrong: true };
  }
  return { ...ofFile, isWrong: optionFaults.length > 0, optionFaults };
}

function stateOfFile(entry: Entry): EntryState {
  const replaces = inPlace(entry);
  if (entry.disabled !== undefined) return { state: `disabled: ${entry.disabled}${replaces}` };
  const refused = entry.kind === 'script' ? undefined : whyRefused(entry);
  if (refused !== undefined) return { state: `refused: ${refused}${replaces}`, isWrong: true };
  return { state: `enabled${replaces}${entry.kind === 'script' ? onlyAt(entry) : ''}` };
}

/** At which events a script is started, where it is not started at all. */
function onlyAt({ path }: Entry): string {
  const events = declaredEvents(path, () => undefined);
  if (events === undefined) return '';
  const whose = isKnownAsStock(path) ? "CTDB's own, " : '';
  return `, ${whose}started at ${[...events].join(' ') || 'no event'}`;
}

const inPlace = ({ replaces }: Entry): string =>
  replaces === undefined ? '' : `, in place of ${basename(replaces)}`;

/**
 * The same without loading anything, where the event daemon says which plugins it has and how they are. What is wrong with options
 * `monitor` says.
 */
export function stateInForce(entry: Entry, plugins: readonly PluginInForce[]): EntryState {
  const ofFile = stateOfFile(entry);
  if (entry.kind === 'script' || entry.disabled !== undefined || ofFile.isWrong === true) return ofFile;
  const known = plugins.find(({ name }) => name === entry.name);
  if (known === undefined) return { state: `${ofFile.state}, loaded at the next event` };
  return known.trouble === undefined ? ofFile : { state: known.trouble, isWrong: true };
}

/** Why the plugin would not even be loaded. Loading it shows what else is wrong with it. */
function whyRefused(entry: Entry): string | undefined {
  try {
    pluginFile(entry);
    return undefined;
  } catch (error) {
    return error instanceof Untrusted ? error.message : undefined;
  }
}
