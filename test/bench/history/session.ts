/**
 * Measures events of event daemons in turns, one that keeps the history of runs and one that keeps none, and writes the samples: a
 * process of its own, in a network namespace of its own. It does so with several pairs of daemons, one after another: two daemons that
 * do the same differ by some percent for as long as they live, by what V8 has made of their code.
 *
 * Usage: session.ts DIRECTORY; it is empty, and gets `samples.json`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClientSide } from '../client-side.ts';
import { BenchDaemon } from '../daemon/bench-daemon.ts';
import { earlierCount, oneInARow, plugins } from '../daemon/daemon-cases.ts';
import { moving, startMover, together } from '../daemon/daemon-moves.ts';
import { type Measurement, takeTurns } from '../take-turns.ts';
import { historyCases, type Keeps, kept, pairsCount } from './history-cases.ts';

const [directory = ''] = process.argv.slice(2);
await ClientSide.start(moving.iface);

const samples: Record<string, number[]> = {};
for (let pair = 0; pair < pairsCount; pair += 1)
  for (const [name, tookMs] of Object.entries(
    await measurePair(join(directory, String(pair)), pair % 2 === 1),
  ))
    (samples[name] ??= []).push(...tookMs);
writeFileSync(join(directory, 'samples.json'), JSON.stringify(samples));
process.exit(0); // The server need not be waited for.

async function measurePair(
  base: string,
  isReversed: boolean,
): Promise<Readonly<Record<string, readonly number[]>>> {
  const daemons: BenchDaemon[] = [];
  const measurements: Record<string, Measurement> = {};
  const order = Object.keys(kept) as Keeps[];
  for (const keeps of isReversed ? order.toReversed() : order) {
    const idle = await BenchDaemon.start('hook', join(base, `idle ${keeps}`), plugins, {}, kept[keeps]);
    for (let count = 0; count < earlierCount; count += 1) await idle.raiseMs('monitor');
    const mover = await startMover('hook', join(base, `mover ${keeps}`), kept[keeps]);
    daemons.push(idle, mover);
    let releaseMs = 0;
    measurements[historyCases.idle.of(keeps)] = oneInARow(() => idle.raiseMs('monitor'));
    measurements[historyCases.take.of(keeps)] = async () => {
      const takeMs = await together(mover, 'takeip');
      releaseMs = await together(mover, 'releaseip');
      return takeMs;
    };
    measurements[historyCases.release.of(keeps)] = () => releaseMs; // In every second round it is that of the round before.
  }
  const taken = await takeTurns(measurements, { rounds: 50, roundsMin: 20, limitMs: 60_000 });
  for (const daemon of daemons) await daemon.stop();
  return taken;
}
