import { join } from 'node:path';
import { utimesSync } from 'node:fs';
import { packageRoot } from '../../../core/package/package-root.ts';
import { builtinPlugins } from '../../support/builtin-plugins.ts';
import type { Measurement, Samples } from '../take-turns.ts';
import { BenchDaemon, type EventFiles } from './bench-daemon.ts';

/** How many plugins, or scripts, do nothing at an event. */
export const entriesCount = 20;

/** How many requests are sent at once. */
export const queuedCount = 1000;

/**
 * How many events a daemon that runs plugins has behind it when it is measured: what a node raises in four hours. By then
 * Node has compiled what they do.
 */
export const earlierCount = 1000;

/** After how many events and reloads the memory is looked at again. */
export const eventsCount = 100_000;
export const reloadsCount = 100;

const noopPlugin = `import { definePlugin, healthy } from 'ctdb-hook';
export default definePlugin({ monitor: () => healthy, setup() {} });
`;

const entries = (ending: string, text: string): EventFiles =>
  Object.fromEntries(
    Array.from({ length: entriesCount }, (_, index) => [`${10 + index}.noop.${ending}`, { text }]),
  );

/** Plugins that do nothing at an event. */
export const plugins = entries('ts', noopPlugin);
const scripts = entries('script', '#!/bin/sh\nexit 0\n');

/** An event at which nothing happens, by daemons that stay for all rounds. */
export async function noops(
  directory: string,
  hasStock: boolean,
): Promise<Readonly<Record<string, Measurement>>> {
  const ours = await BenchDaemon.start('hook', join(directory, 'noop-plugins'), plugins);
  for (let count = 0; count < earlierCount; count += 1) await ours.raiseMs('monitor');
  const oursScripts = await BenchDaemon.start('hook', join(directory, 'noop-scripts'), scripts);
  const stock = hasStock
    ? await BenchDaemon.start('stock', join(directory, 'noop-stock'), scripts)
    : undefined;
  const daemons = { plugins: ours, scripts: oursScripts, ...(stock && { stock }) };
  const cases = Object.entries(daemons).flatMap(([name, daemon]) => {
    const raise = () => daemon.raiseMs('monitor');
    return [
      [`noop, ${name}`, oneInARow(raise)],
      [`noop after a pause, ${name}`, raise],
    ] as const;
  });
  return Object.fromEntries<Measurement>(cases);
}

/** How many events come in a row. */
export const rowCount = 20;

/**
 * One event of many in a row, as they come when addresses move: on the average. One after a pause is slower, for whoever
 * takes part in it: processors and their caches have gone to sleep, or to others.
 */
export const oneInARow =
  (measure: Measurement): Measurement =>
  async () => {
    let sumMs = 0;
    for (let count = 0; count < rowCount; count += 1) sumMs += await measure();
    return sumMs / rowCount;
  };

/** How long a daemon takes until it listens. */
export function readiness(directory: string, hasStock: boolean): Readonly<Record<string, Measurement>> {
  let count = 0;
  const ready = async (daemon: 'hook' | 'stock'): Promise<number> => {
    count += 1;
    const started = await BenchDaemon.start(daemon, join(directory, `ready-${count}`), builtins());
    await started.stop();
    return started.readyMs;
  };
  return { ready: () => ready('hook'), ...(hasStock && { 'stock ready': () => ready('stock') }) };
}

/** Memory with all built-in plugins, at first and after many events and reloads; and many requests at once. */
export async function endurance(directory: string): Promise<Samples> {
  const base = join(directory, 'endurance');
  const daemon = await BenchDaemon.start('hook', base, { ...builtins(), '90.noop.ts': { text: noopPlugin } });
  for (let count = 0; count < 100; count += 1) await daemon.raiseMs('setup');
  await settled();
  const before = daemon.memoryMib();
  const queued = Array.from({ length: queuedCount }, (_, index): [string, ...string[]] => [
    'takeip',
    'lo',
    `127.1.${index >> 8}.${index & 255}`,
    '32',
  ]);
  const queuedMs = await daemon.raiseAllMs(queued);
  for (let count = 0; count < eventsCount; count += 1) await daemon.raiseMs('setup');
  for (let count = 0; count < reloadsCount; count += 1) {
    const changed = new Date(Date.now() - 1000 * (count + 1));
    utimesSync(join(base, 'events/legacy/90.noop.ts'), changed, changed);
    await daemon.raiseMs('setup');
  }
  await settled();
  const after = daemon.memoryMib();
  await daemon.stop();
  return { 'memory, MiB': [before], 'memory later, MiB': [after], queued: [queuedMs] };
}

/** All built-in plugins; without public addresses they have little to do. */
function builtins(): EventFiles {
  return Object.fromEntries(
    builtinPlugins.map((name) => [`${name}.ts`, { link: join(packageRoot, 'plugins', name, 'plugin.ts') }]),
  );
}

/** The spare host is started a little later than it is missed. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 3_000));
