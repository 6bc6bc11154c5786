/** The addresses that changed, by what became of them; sorted, so that two of these can be compared. */
export interface Changes {
  readonly taken: readonly string[];
  readonly released: readonly string[];
  readonly moved: readonly string[];
  readonly retaken: readonly string[];
}

/** What a plugin has to be told at each `ipreallocated` that follows a change, by the events that a script saw. */
export function expectedChanges(events: readonly string[]): Changes[] {
  const told: Changes[] = [];
  const held = new Set<string>();
  const released = new Set<string>();
  let before = new Set<string>();
  for (const line of events) {
    const [event, , ip = ''] = line.split(' ');
    if (event === 'takeip') held.add(ip);
    if (event === 'releaseip' && held.delete(ip)) released.add(ip);
    if (event !== 'ipreallocated') continue;
    const changes = {
      taken: [...held.difference(before)].sort(),
      released: [...before.difference(held)].sort(),
      moved: [],
      retaken: [...held.intersection(before).intersection(released)].sort(),
    };
    if (Object.values(changes).some((list) => list.length > 0)) told.push(changes);
    before = new Set(held);
    released.clear();
  }
  return told;
}

/** What a plugin was told, by the lines of JSON that it wrote. */
export function toldChanges(lines: readonly string[]): Changes[] {
  return lines.map((line) => {
    const { taken, released, moved, retaken } = JSON.parse(line) as Record<keyof Changes, { ip: string }[]>;
    return { taken: ips(taken), released: ips(released), moved: ips(moved), retaken: ips(retaken) };
  });
}

const ips = (list: readonly { ip: string }[]): string[] => list.map(({ ip }) => ip).sort();
