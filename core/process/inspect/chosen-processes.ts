import type { ProcEntry } from '../proc-table.ts';

/** A process and its place in the tree. */
export interface ChosenProcess extends ProcEntry {
  /** How many of its ancestors in a row are among the chosen. */
  readonly depth: number;
}

/** The processes that are asked for. The asker has seen them before. */
export interface Asked {
  readonly groups: readonly number[];
  readonly pids: readonly number[];
  /**
   * When it was asked, in the unit of `startTicks`. A process or a whole group that began later has got a number that had
   * become free.
   */
  readonly atTicks: number;
}

/**
 * The processes in the groups, and the single ones with all their descendants. Each comes after its parent; otherwise they
 * are ordered by age.
 */
export function chosenProcesses(
  table: readonly ProcEntry[],
  { groups, pids, atTicks }: Asked,
): ChosenProcess[] {
  const byParent = Map.groupBy(table, ({ parent }) => parent);
  const byGroup = Map.groupBy(table, ({ group }) => group);
  const wasThere = ({ startTicks }: ProcEntry): boolean => startTicks <= atTicks;
  const members = groups.map((group) => byGroup.get(group) ?? []).filter((group) => group.some(wasThere));
  const chosen = new Set(members.flat().map(({ pid }) => pid));
  const waiting = table.filter((entry) => pids.includes(entry.pid) && wasThere(entry)).map(({ pid }) => pid);
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    chosen.add(pid);
    // A table that was read while processes came and went may hold a circle.
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
