import type { AddressMove, Story } from './story.ts';

/** How many addresses moved, and how long they were on no node, in a line or two. */
export function describeMoves({ moves, nodes, isAligned }: Story): string[] {
  if (moves.length === 0) return [];
  const failed = moves.filter(({ from, to }) => from?.isOk === false || to?.isOk === false).length;
  const lines = [
    `${moves.length} addresses: ${count(moves, 'both')} moved, ${count(moves, 'to')} were only taken, ${count(moves, 'from')} only released; ${failed} failed`,
  ];
  const off = moves.flatMap(({ offMs }) => offMs ?? []).toSorted((a, b) => a - b);
  const [least, most] = [off[0], off.at(-1)];
  if (least !== undefined && most !== undefined)
    lines.push(
      `They were on no node for ${least} to ${most} ms, the median is ${off[off.length >> 1] ?? 0} ms${isAligned ? '' : doubt(nodes)}`,
    );
  return lines;
}

/** Clocks that differ by less than this do not matter, in milliseconds. */
const negligibleMs = 10;

/** A duration from one node's clock to another's is wrong by as much as these differ. */
function doubt(nodes: Story['nodes']): string {
  const skews = nodes.map(({ skew }) => skew?.ms ?? 0);
  const differMs = Math.max(...skews) - Math.min(...skews);
  return differMs < negligibleMs ? '' : `, by clocks that differ by up to ${differMs} ms: --align`;
}

const count = (moves: readonly AddressMove[], which: 'from' | 'to' | 'both'): number =>
  moves.filter(({ from, to }) =>
    which === 'both'
      ? from !== undefined && to !== undefined
      : which === 'to'
        ? from === undefined
        : to === undefined,
  ).length;

/** The addresses that were longest on no node. */
export const longestOff = (moves: readonly AddressMove[], most: number): string[] =>
  moves
    .filter(({ offMs }) => offMs !== undefined)
    .toSorted((a, b) => (b.offMs ?? 0) - (a.offMs ?? 0))
    .slice(0, most)
    .map(
      ({ ip, from, to, offMs }) => `${ip}: from ${from?.node ?? ''} to ${to?.node ?? ''}, ${offMs ?? 0} ms`,
    );
