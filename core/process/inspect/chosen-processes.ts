import type { ProcEntry } from '../proc-table.ts';

/** A process in its place in the tree. */
export interface ChosenProcess extends ProcEntry {
  /** How many of its ancestors, one upon the other, are among the chosen. */
  readonly depth: number;
}

/** Those in the groups, and the single ones with all their descendants, each after its parent, the rest by age. */
export function chosenProcesses(
  table: readonly ProcEntry[],
  groups: readonly number[],
  pids: readonly number[],
): ChosenProcess[] {
  const byParent = Map.groupBy(table, ({ parent }) => parent);
  const chosen = new Set(table.filter(({ group }) => groups.includes(group)).map(({ pid }) => pid));
  const waiting = table.filter(({ pid }) => pids.includes(pid)).map(({ pid }) => pid);
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    chosen.add(pid);
    // A table read while processes come and go may hold a circle.
    for (const child of byParent.get(pid) ?? []) if (!chosen.has(child.pid)) waiting.push(child.pid);
  }
  return inTreeOrder(table.filter(({ pid }) => chosen.has(pid)));
}

function inTreeOrder(entries: readonly ProcEntry[]): ChosenProcess[] {
  const sorted = [...entries].sort((one, other) => one.startTicks - other.startTicks || one.pid - other.pid);
  const pids = new Set(sorted.map(({ pid }) => pid));
  const children = Map.groupBy(sorted, ({ parent }) => parent);
  const ordered: ChosenProcess[] = [];
  const add = (entry: ProcEntry, depth: number): void => {
    if (!pids.delete(entry.pid)) return;
    ordered.push({ ...entry, depth });
    for (const child of children.get(entry.pid) ?? []) add(child, depth + 1);
  };
  for (const entry of sorted) if (!pids.has(entry.parent)) add(entry, 0);
  for (const entry of sorted) add(entry, 0);
  return ordered;
}
