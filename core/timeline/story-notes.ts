import type { Skew } from './find-skew.ts';
import type { NodeStory, Story } from './story.ts';

/** What is to be known of a story beside what happened: its clocks, and what could not be read. */
export function storyNotes({ nodes, isAligned }: Story): string[] {
  const [first, ...others] = nodes;
  return [
    ...(first === undefined || others.length === 0
      ? []
      : [
          isAligned
            ? `Lanes are shifted to the clock of ${first.name} (--align)`
            : "Times are those of each node's own clock",
          ...others.map((node) => skewNote(node, first)),
        ]),
    ...nodes.flatMap(({ name, log, logLeftOut, problems }) => [
      ...(log === undefined ? [`${name}: the log of ctdbd is not at hand`] : []),
      ...(logLeftOut > 0 ? [`${name}: ${logLeftOut} more lines of ctdbd's log are left out`] : []),
      ...problems.map((problem) => `${name}: WARNING: ${problem}`),
    ]),
  ];
}

function skewNote({ name, skew }: NodeStory, first: NodeStory): string {
  if (skew === undefined)
    return `${name}: how its clock differs from that of ${first.name} is not known, no event tells`;
  return `${name}: its clock is ${describe(skew)} that of ${first.name}, by ${skew.events === 1 ? 'one event' : `${skew.events} events`} that ctdbd asked both for`;
}

function describe({ ms, leastMs, mostMs }: Skew): string {
  const range = leastMs === mostMs ? '' : ` (${leastMs} to ${mostMs} ms)`;
  if (ms === 0) return `the same${range} as`;
  return `${Math.abs(ms)} ms${range} ${ms < 0 ? 'behind' : 'ahead of'}`;
}
