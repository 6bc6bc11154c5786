import { format } from 'prettier';
import { median } from './statistics.ts';

/** One cluster that is measured. */
export interface Case {
  readonly what: string;
  readonly nodes: number;
  readonly addresses: number;
  readonly scripts: readonly string[];
  /** With our event daemon, and these as plugins; without, CTDB's own. */
  readonly plugins?: readonly string[];
  /** With CTDB's own event daemon, and these as links to ctdb-hook. */
  readonly links?: readonly string[];
  /** Whether the scripts declare which events they handle. */
  readonly declared?: boolean;
  /**
   * Whether the kernel is left as it is, in which each ARP that ctdbd sends holds it up for a grace period of RCU, unless our
   * event daemon has these expedited. CTDB's own may not come to rest then.
   */
  readonly hasSlowArp?: boolean;
  /** Whether the nodes are monitored as often as in the tests: then they get well together, and share the addresses. */
  readonly isMonitoredOften?: boolean;
  /** The family of the addresses, where it is not IPv4. */
  readonly family?: 'IPv6';
  /** Whether all addresses are on one of two nodes, and move together. */
  readonly moveTogether?: boolean;
  /** Tunables that differ from CTDB's defaults, as in `ctdb.tunables`. */
  readonly tunables?: readonly string[];
  /** How often it is measured, where that differs. */
  readonly rounds?: number;
}

/** The addresses of a node that is disabled move to others. */
export interface Move {
  readonly addresses: number;
  /** Until all had moved, in milliseconds. */
  readonly tookMs: number;
  /** Until the first was gone from the node, in milliseconds. */
  readonly waitedMs: number;
  /** In how many takeover runs they moved. */
  readonly takeoverRuns: number;
}

/** A case and its moves; none if it did not come to rest. */
export interface Measured {
  readonly of: Case;
  readonly moves: readonly Move[];
}

/** How it was measured. */
interface Conditions {
  /** How often ours were. */
  readonly rounds: number;
  /** How long a move may take, in milliseconds. */
  readonly patienceMs: number;
}

/** The first line of the table. */
export const clusterHeading =
  '| Cluster | addresses that move | takeover runs | seconds | until the first moves | faster |';

/** How long the addresses of a node that is disabled take to move, as Markdown. */
export function clusterReport(
  measured: readonly Measured[],
  { rounds, patienceMs }: Conditions,
): Promise<string> {
  const text = `In clusters of Debian’s ctdbd, all nodes on one machine with two processors, from \`ctdb disable\` on one
    node until the others serve all its addresses, in seconds (median of ${rounds}, with CTDB’s own event daemon once). Until
    the first moves ctdbd waits, up to a second, and computes who gets which. Takeover runs are those in which addresses
    moved, at most. For each address that a node takes ctdbd sends six ARPs by three sockets, and waits until the kernel has closed
    each: with \`/sys/kernel/rcu_expedited\` at 0, as kernels have it, so long that it takes the other nodes for dead.
    ctdb-hook sets it to 1 while addresses come; where not said otherwise, it is 1 for both. All tunables are CTDB's defaults,
    but EventScriptTimeout and TakeoverTimeout are longer where its own scripts run, and two nodes are monitored every 2
    seconds. ${failures(measured, patienceMs)}`;
  return asMarkdown(text, measured, patienceMs);
}

function asMarkdown(text: string, measured: readonly Measured[], patienceMs: number): Promise<string> {
  const lines = measured.map((each) => {
    const theirs = measured.find(({ of }) => isStockOf(of, each.of) && of !== each.of);
    return lineOf(each, theirs?.moves ?? [], patienceMs);
  });
  const table = [clusterHeading, '| --- | ---: | ---: | ---: | ---: | ---: |', ...lines].join('\n');
  return format([text.replaceAll(/\s+/g, ' '), table].join('\n\n'), {
    parser: 'markdown',
    proseWrap: 'always',
    printWidth: 120,
  });
}

/** The same for IPv6 addresses, and for many that ctdbd distributes by another algorithm. */
export function moreReport(
  measured: readonly Measured[],
  { rounds, patienceMs }: Conditions,
): Promise<string> {
  return asMarkdown(
    `The same in clusters of two nodes. Of an IPv6 address the kernel first finds out whether somebody else has it, which takes it one
    to two seconds; CTDB’s script waits for that at each address, for which CTDB’s defaults would not give it time enough. Median of ${rounds}, with CTDB’s own event daemon once. ${failures(measured, patienceMs)}`,
    measured,
    patienceMs,
  );
}

/** The same by links under CTDB's own event daemon. */
export function linksReport(
  measured: readonly Measured[],
  { rounds, patienceMs }: Conditions,
): Promise<string> {
  return asMarkdown(
    `The same under CTDB’s own event daemon (median of ${rounds}): where two of its scripts are links, and where none is. CTDB’s event
    daemon starts each script at each event, also the three that do nothing while addresses move. ${failures(measured, patienceMs)}`,
    measured,
    patienceMs,
  );
}

/** How many did not come to rest: their rows say so, and are compared with nothing. */
function failures(measured: readonly Measured[], patienceMs: number): string {
  const failed = measured.filter(({ moves }) => moves.length === 0).length;
  return `Of these ${measured.length} clusters ${failed || 'none'} failed: did not come to rest in ${patienceMs / 1000} seconds.`;
}

function lineOf({ of, moves }: Measured, theirs: readonly Move[], patienceMs: number): string {
  const moved = largest(moves.map(({ addresses }) => addresses)) ?? of.addresses / of.nodes;
  const runs = largest(moves.map(({ takeoverRuns }) => takeoverRuns)) ?? '';
  const times = moves.map(({ tookMs }) => tookMs);
  const seconds = inSeconds(times) ?? `not in ${patienceMs / 1000}`;
  const waited = inSeconds(moves.map(({ waitedMs }) => waitedMs)) ?? '';
  const faster =
    moves.length === 0 || theirs.length === 0
      ? ''
      : `${(median(theirs.map(({ tookMs }) => tookMs)) / median(times)).toFixed(1)} x`;
  return `| ${[of.what, `${moved} of ${of.addresses}`, runs, seconds, waited, faster].join(' | ')} |`;
}

const largest = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : Math.max(...values);

const inSeconds = (timesMs: readonly number[]): string | undefined =>
  timesMs.length === 0 ? undefined : (median(timesMs) / 1000).toFixed(1);

/** Whether a case is CTDB's own with the same scripts and addresses, on the same nodes and kernel. */
function isStockOf(one: Case, other: Case): boolean {
  const isAlike =
    one.scripts === other.scripts &&
    one.nodes === other.nodes &&
    one.addresses === other.addresses &&
    one.family === other.family;
  return (
    one.plugins === undefined && one.links === undefined && isAlike && one.hasSlowArp === other.hasSlowArp
  );
}
