/**
 * Measures an event by `ctdb-hook run` in turns, and writes the samples: `node run-session.ts DIRECTORY [stock]`. The event directory
 * has 10.interface alone, so that CTDB's script does the same.
 */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BenchNode, earlierCount } from './bench-node.ts';
import { hook } from './programs.ts';
import { takeTurns } from './take-turns.ts';

const [directory = '', ...scope] = process.argv.slice(2);
const base = join(directory, 'run');
const node = new BenchNode(base, {});
const events = join(base, 'alone');
mkdirSync(events);
symlinkSync(hook, join(events, '10.interface.script'));

const words = [hook, 'run', 'monitor', '--dir', events] as const;
for (let count = 0; count < earlierCount; count += 1) node.runMs(...words);

const samples = await takeTurns(
  {
    'run monitor': () => node.runMs(...words),
    'run monitor, alone': () => node.runMs('/usr/bin/env', 'CTDB_HOOK_RESIDENT=no', ...words),
    ...(scope.includes('stock') && {
      'stock monitor, beside run': () => node.raiseMs('stock', '10.interface', 'monitor'),
    }),
  },
  { rounds: 100, roundsMin: 20, limitMs: 45_000 },
);
writeFileSync(join(directory, 'samples.json'), JSON.stringify(samples));
