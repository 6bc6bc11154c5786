import { isFailure } from '../process/exit-code.ts';
import type { AddressEnd, AddressMove, NodeStory } from './story.ts';

/** A release or a taking of an address. */
interface Step extends AddressEnd {
  readonly ip: string;
  readonly isTaken: boolean;
}

/** Finds from which node to which each address went, in the order in which the addresses were asked for first. */
export function findMoves(nodes: readonly NodeStory[]): AddressMove[] {
  const steps = nodes.flatMap(stepsOf).toSorted((a, b) => a.askedMs - b.askedMs);
  return [...Map.groupBy(steps, ({ ip }) => ip).values()].flatMap(movesOf);
}

function stepsOf({ name, runs }: NodeStory): Step[] {
  return runs.flatMap(({ event, argv, beginMs, waitedMs, tookMs, result }) => {
    const [, ip] = argv;
    if (ip === undefined || (event !== 'takeip' && event !== 'releaseip')) return [];
    return {
      ip,
      isTaken: event === 'takeip',
      node: name,
      askedMs: beginMs - waitedMs,
      endMs: beginMs + tookMs,
      isOk: !isFailure(result),
    };
  });
}

/** How far apart the release and the taking of one move are asked for, in milliseconds, if clocks differ. */
const skewMaxMs = 10_000;

/** A release and the taking on another node are one move, whichever of them comes first by their clocks. */
function movesOf(steps: readonly Step[]): AddressMove[] {
  const moves: AddressMove[] = [];
  let waiting: Step | undefined;
  for (const step of steps) {
    if (waiting !== undefined && areOneMove(waiting, step)) {
      moves.push(step.isTaken ? moveOf(waiting, step) : moveOf(step, waiting));
      waiting = undefined;
      continue;
    }
    if (waiting !== undefined) moves.push(aloneOf(waiting));
    waiting = step;
  }
  if (waiting !== undefined) moves.push(aloneOf(waiting));
  return moves;
}

/** An address that comes back to its node was released first there. */
const areOneMove = (first: Step, then: Step): boolean =>
  first.isTaken
    ? !then.isTaken && first.node !== then.node && then.askedMs - first.askedMs <= skewMaxMs
    : then.isTaken;

const aloneOf = (step: Step): AddressMove =>
  step.isTaken ? moveOf(undefined, step) : moveOf(step, undefined);

function moveOf(from: Step | undefined, to: Step | undefined): AddressMove {
  const offMs = from?.isOk === true && to?.isOk === true ? to.endMs - from.endMs : undefined;
  return {
    ip: (from ?? to)?.ip ?? '',
    ...(from === undefined ? {} : { from: endOf(from) }),
    ...(to === undefined ? {} : { to: endOf(to) }),
    offMs,
  };
}

const endOf = ({ node, askedMs, endMs, isOk }: Step): AddressEnd => ({ node, askedMs, endMs, isOk });
