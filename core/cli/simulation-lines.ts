import { textOf } from '../simulate/scenario.ts';
import type { FoundFailure, SimulationRequest, SimulationResult } from '../simulate/simulate.ts';
import { states } from '../simulate/states.ts';
import type { TraceLine } from '../simulate/trace.ts';
import { invariants } from '../simulate/violation.ts';

type Request = Omit<SimulationRequest, 'prepare'>;

/** How many of the last lines of a failed run are shown. */
const traceMax = 40;

/** With more nodes than this, a column for each would be wider than a screen. */
const columnsMax = 5;

/** Characters of a column. */
const columnWidth = 24;

/** What is going to be simulated. */
export function headLines({
  nodes,
  addresses,
  release,
  seed,
  plugins,
  scenario,
}: Request): readonly string[] {
  const names = plugins.map(({ name }) => name).join(', ');
  const of = scenario ?? { nodes, addresses, release };
  const how = scenario === undefined ? `seed ${seed}` : 'one scenario';
  return [`${of.nodes} nodes, ${of.addresses} addresses, CTDB ${of.release.text}, ${how}: ${names}`];
}

/** What came of it. */
export function simulationLines(
  request: Request,
  result: SimulationResult,
  tookMs: number,
): readonly string[] {
  const { scenarios, states: reached, simulatedMs, failure, refused } = result;
  const met = states.filter((state) => reached.countOf(state) > 0);
  const never = states.filter((state) => reached.countOf(state) === 0);
  const width = Math.max(...states.map((state) => `${reached.countOf(state)}`.length));
  const hours = (simulatedMs / 3_600_000).toFixed(1);
  return [
    `${scenarios} ${scenarios === 1 ? 'scenario' : 'scenarios'}, ${hours} hours of theirs in ${(tookMs / 1000).toFixed(1)} s`,
    ...met.map((state) => `  ${`${reached.countOf(state)}`.padStart(width)}  ${state}`),
    ...(never.length > 0 ? [`  never: ${never.join('; ')}`] : []),
    ...(failure === undefined ? [] : failureLines(failure, request)),
    ...(failure === undefined && refused === undefined ? ['Everything held.'] : []),
  ];
}

function failureLines(
  { outcome: { violation, trace }, scenario, seed, stepsBefore }: FoundFailure,
  { plugins }: Request,
): readonly string[] {
  if (violation === undefined) return [];
  const { invariant, text, pnn, atMs } = violation;
  const where = pnn === undefined ? '' : ` on node ${pnn}`;
  const notes = [
    `${invariant}: ${invariants[invariant]}`,
    `plugins: ${plugins.map(({ name }) => name).join(' ')}`,
    ...(seed === undefined ? [] : [`from seed ${seed}, where it had ${stepsBefore} steps`]),
  ];
  return [
    '',
    ...traceLines(trace.slice(-traceMax), scenario.nodes),
    '',
    `NOT HELD: ${invariant}: ${invariants[invariant]}`,
    ...text
      .split('\n')
      .map((line, index) => (index === 0 ? `  after ${inSeconds(atMs)} s${where}: ${line}` : `  ${line}`)),
    '',
    'The scenario, as small as it could be made. To run it again: ctdb-hook simulate --scenario FILE',
    '',
    ...textOf(scenario, notes).trimEnd().split('\n'),
  ];
}

/** A column for each node, or the node's number where there are too many. */
function traceLines(trace: readonly TraceLine[], nodes: number): readonly string[] {
  if (nodes > columnsMax)
    return trace.map(
      ({ atMs, pnn, text }) =>
        `${inSeconds(atMs).padStart(9)}  ${pnn === undefined ? '' : `node ${pnn}: `}${text}`,
    );
  const head = Array.from({ length: nodes }, (_, pnn) => `node ${pnn}`.padEnd(columnWidth)).join('');
  return [
    `${'seconds'.padStart(9)}  ${head}`.trimEnd(),
    ...trace.map(
      ({ atMs, pnn, text }) =>
        `${inSeconds(atMs).padStart(9)}  ${' '.repeat(columnWidth * (pnn ?? 0))}${text}`,
    ),
  ];
}

const inSeconds = (timeMs: number): string => (timeMs / 1000).toFixed(2);
