/**
 * What `npm run bench` does: measures ctdb-hook against CTDB's own scripts and bare Node, in one run, and prints a table.
 * With `--write` test/bench/README.md gets it too, and README.md what it shows of it. `--cost` measures only what it costs, `--links`
 * only events of links, `--history` only what the history of runs costs, `--search` only how long it takes to be searched,
 * `--commands` only how long commands take to answer.
 *
 * Nothing of this computer's CTDB or network is touched: addresses move in a network namespace of their own.
 */
import { simulateReport } from './simulate-report.ts';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../../core/package/package-root.ts';
import { findMissingPrerequisites } from '../cluster/prerequisites.ts';
import { writeFigures } from './write-figures.ts';
import { chart } from './chart.ts';
import { commandsReport } from './commands/commands-report.ts';
import { costReport } from './cost.ts';
import { daemonReport } from './daemon/daemon-report.ts';
import { daemonRows } from './daemon/daemon-rows.ts';
import { searchReport } from './history/search-report.ts';
import { historyReport } from './history/history-report.ts';
import { measure, measureHistory, measureLinks, type Scope } from './measure.ts';
import { findPlatform } from './platform.ts';
import { hasStock } from './programs.ts';
import { report } from './report.ts';
import { hasServices, servicesReport } from './services/services-report.ts';

try {
  await bench();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode ??= 1;
}

async function bench(): Promise<void> {
  const options = {
    write: { type: 'boolean', default: false },
    cost: { type: 'boolean', default: false },
    links: { type: 'boolean', default: false },
    history: { type: 'boolean', default: false },
    search: { type: 'boolean', default: false },
    commands: { type: 'boolean', default: false },
    simulate: { type: 'boolean', default: false },
  } as const;
  const { write, cost, links, history, search, commands, simulate } = parseArgs({ options }).values;
  if (cost) {
    const ofCost = await costReport();
    console.log(ofCost);
    if (write) await writeFigures({ 'bench:cost': ofCost });
    return;
  }
  if (search) {
    warnIfBusy();
    const ofSearch = await searchReport();
    console.log(ofSearch);
    if (write) await writeFigures({ 'bench:search': ofSearch });
    return;
  }
  if (simulate) {
    warnIfBusy();
    console.log(simulateReport());
    return;
  }
  if (commands) {
    warnIfBusy();
    const ofCommands = await commandsReport();
    console.log(ofCommands);
    if (write) await writeFigures({ 'bench:commands': ofCommands });
    return;
  }
  if (history) {
    warnIfBusy();
    const ofHistory = await historyReport(await measureHistory());
    console.log(ofHistory);
    if (write) await writeFigures({ 'bench:history': ofHistory });
    return;
  }
  const moves = process.geteuid?.() === 0;
  const scope = { stock: hasStock(), moves, services: moves && findMissingPrerequisites().length === 0 };
  const missing = findMissing(scope);
  for (const what of missing) console.error(`\nLEFT OUT: ${what}\n`);
  if (write && missing.length > 0) throw new Error('Only a run with everything in it is written');
  warnIfBusy();
  if (links) {
    const ofLinks = await report(await measureLinks(scope), findPlatform(scope.stock));
    console.log(ofLinks);
    if (write) await writeFigures({ bench: ofLinks });
    return;
  }
  const samples = await measure(scope);
  const text = await report(samples, findPlatform(scope.stock));
  console.log(`\n${text}`);
  const ofDaemon = await daemonReport(samples);
  if (scope.moves) console.log(ofDaemon);
  const ofServices = hasServices(samples) ? await servicesReport(samples) : '';
  console.log(ofServices);
  if (!write) return;
  await writeFigures({
    bench: text,
    'bench:daemon': ofDaemon,
    'bench:services': ofServices,
    'bench:cost': await costReport(),
  });
  writeFileSync(join(packageRoot, 'test/bench/chart.svg'), chart(daemonRows, samples));
}

function findMissing({ stock, moves, services }: Scope): string[] {
  return [
    ...(services ? [] : [`live services under ctdbd: ${findMissingPrerequisites().join('; ')}`]),
    ...(moves ? [] : ['the addresses that move: only root may make network namespaces; run it as root']),
    ...(stock ? [] : ['CTDB’s own scripts: Debian’s package ctdb is not installed']),
  ];
}

function warnIfBusy(): void {
  const [load = 0] = loadavg();
  if (load < cpus().length / 2) return;
  console.error(
    `This computer is busy (load average ${load.toFixed(1)}): ratios hold, milliseconds are too many.`,
  );
}
