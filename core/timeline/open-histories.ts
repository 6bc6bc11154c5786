import { lstatSync, realpathSync, statSync } from 'node:fs';
import { type Exported, readExports } from '../history/read-export.ts';
import { readHistory } from '../history/history-reader.ts';
import { segmentNumbers } from '../history/segment-names.ts';
import { readdirSync } from 'node:fs';
import type { NodeHistory } from './node-history.ts';

/** A history that was given and cannot be used; the message says which, and what was expected. */
export class HistoryGiven extends Error {}

/**
 * The histories that a person gives: files that `ctdb-hook history --export` wrote, also several in one as `onnode` prints them, and
 * directories that were copied from a node. `NAME=PATH` gives the node another name.
 *
 * @throws HistoryGiven, ExportError; the error of the file system.
 */
export function openHistories(words: readonly string[]): NodeHistory[] {
  const histories = words.flatMap(openOne);
  const seen = new Map<string, NodeHistory>();
  for (const history of histories) {
    const other = seen.get(history.name);
    if (other !== undefined)
      throw new HistoryGiven(
        `the history of ${history.name} is given twice: ${other.path} and ${history.path}; where these are two nodes give one another name: NAME=PATH`,
      );
    seen.set(history.name, history);
  }
  return histories;
}

function openOne(word: string): NodeHistory[] {
  const [, name, path = word] = isThere(word) ? [] : (/^([\w.-]+)=(.+)$/s.exec(word) ?? []);
  if (!statSync(path).isDirectory())
    return readExports(path).map((exported) => ofExport(exported, path, name));
  if (segmentNumbers(readdirSync(path)).length === 0)
    throw new HistoryGiven(`${path}: no history is in this directory, expected files such as runs-000001`);
  return [ofDirectory(realpathSync(path), name ?? path)];
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

const ofExport = ({ header, read, readLog }: Exported, path: string, name?: string): NodeHistory => ({
  name: name ?? header.node,
  path,
  untilMs: header.madeMs,
  read,
  readLog,
});

/** The history in a directory of a node. What of ctdbd's log belongs to it is not known here. */
const ofDirectory = (path: string, name: string): NodeHistory => ({
  name,
  path,
  untilMs: lastWriteMs(path),
  read: (wanted) => readHistory(path, wanted),
  readLog: () => undefined,
});

const lastWriteMs = (path: string): number =>
  Math.max(0, ...readdirSync(path).map((name) => statSync(`${path}/${name}`).mtimeMs));
