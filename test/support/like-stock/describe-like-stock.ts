import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { raisePlugin, type Raised } from '../raise-plugin.ts';
import { ctdbSituations } from './00.ctdb.ts';
import { interfaceSituations } from './10.interface.ts';
import { sambaSituations } from './50.samba.ts';
import { nfsSituations } from './60.nfs.ts';
import type { ComparedNode, Situation } from './situation.ts';
import { StockRelease } from './stock-release.ts';

const situations: readonly Situation[] = [
  ...ctdbSituations,
  ...interfaceSituations,
  ...sambaSituations,
  ...nfsSituations,
];

/**
 * Compares each built-in plugin with the script that it replaces: what they say, how they end and what they leave on the node,
 * in every situation, over the same stubs.
 *
 * @param root below it the release's scripts are, as a package has them: `/` for the installed one.
 */
export function describeLikeStock(root: string): void {
  const release = new StockRelease(root);
  describe.each(
    Map.groupBy(situations, ({ plugin }) => plugin)
      .entries()
      .toArray(),
  )('%s does what the script does', (_plugin, each) => {
    test.for(each.filter(({ isBetter }) => isBetter?.(release) !== true))('$title', (situation) =>
      compare(situation, release),
    );
  });
}

async function compare(situation: Situation, release: StockRelease): Promise<void> {
  const { plugin, events, make } = situation;
  const [ours, stock] = [make(release), make(release)];
  for (const node of [ours, stock]) release.plant(node.base);
  for (const event of events) {
    const said = await raisePlugin(plugin, event, { environment: ours.environment });
    const expected = await release.raise(plugin, event, stock.environment);
    expect(withoutPlace(without(situation.onlyOursSays, said), ours), event.join(' ')).toEqual(
      withoutPlace(without(situation.onlyStockSays, expected), stock),
    );
  }
  await untilAlike(() => [left(situation, ours), left(situation, stock)]);
  expect(left(situation, ours)).toEqual(left(situation, stock));
}

/** Waits until two nodes look the same and stay so, 5 seconds at most: what was started in the background may have more to say. */
async function untilAlike(look: () => readonly [ours: unknown, stock: unknown]): Promise<void> {
  const endMs = performance.now() + 5_000;
  let before: string | undefined;
  for (;;) {
    const [ours, stock] = look().map((each) => JSON.stringify(each));
    if ((ours === stock && ours === before) || performance.now() > endMs) return;
    before = ours;
    await delay(300);
  }
}

/** Without the lines that one side only is to say. */
const without = (lines: RegExp | undefined, { status, output }: Raised): Raised => ({
  status,
  output:
    lines === undefined
      ? output
      : output
          .split('\n')
          .filter((line) => !lines.test(line))
          .join('\n'),
});

const withoutPlace = ({ status, output }: Raised, node: ComparedNode): Raised => ({
  status,
  output: plain(output, node),
});

/** Without what differs from node to node and from second to second. */
const plain = (text: string, node: ComparedNode): string =>
  text.replaceAll(node.path(''), 'NODE/').replaceAll(/\.\d{8}\.\d{6}\.corrupt/g, '.TIME.corrupt');

/** The files that have to be the same, with their text. */
function left({ files }: Situation, node: ComparedNode): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  const add = (name: string): void => {
    const path = node.path(name);
    if (!existsSync(path)) return;
    if (statSync(path).isDirectory()) for (const each of readdirSync(path).sort()) add(`${name}/${each}`);
    else found[plain(name, node)] = comparable(name, readFileSync(path), node);
  };
  for (const name of files) add(name);
  // What is empty says no more than what is not there.
  return Object.fromEntries(Object.entries(found).filter(([, text]) => text !== ''));
}

/** Calls of what only looks, or says to ctdb what is kept in a file of its own. */
const looks = /^(?:ctdb|ss) /;

/** A database by its digest; calls in no order, since those from the background come at any time; no blank lines. */
function comparable(name: string, bytes: Buffer, node: ComparedNode): string {
  if (bytes.includes(0)) return createHash('sha256').update(bytes).digest('hex');
  const lines = plain(bytes.toString(), node)
    .split('\n')
    .filter((line) => line.trim() !== '');
  return (name.endsWith('/calls') ? lines.filter((line) => !looks.test(line)).sort() : lines).join('\n');
}
