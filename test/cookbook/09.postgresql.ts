import { definePlugin, Failure, healthy, option, unhealthy, type Context } from 'ctdb-hook';
import * as z from 'zod';

const options = z.object({
  // The public address that the database goes with. Clients use this one.
  PG_ADDRESS: option.word(),
  PG_VERSION: option.word('15'),
  PG_CLUSTER: option.word('main'),
  // On the cluster file system, beside the database, where flock(2) holds for all nodes.
  PG_LOCK_FILE: option.path('/clusterfs/postgresql.lock'),
  PG_UNHEALTHY_AFTER: option.wholeNumber(3, { min: 1 }),
});

type Postgres = Context<z.output<typeof options>>;

/** What flock(1) is told to exit with if another node has the lock. */
const isTaken = 75;

/** What pg_ctlcluster exits with if there is nothing to stop. */
const notRunning = 2;

/** What pg_isready exits with while the server starts, and has changes to make up for. */
const isStarting = 1;

/**
 * One database for the cluster: it runs on the node that holds one certain public address, and nowhere else.
 *
 * The number is below that of 10.interface. So at releaseip the database has stopped before the address leaves the node; and
 * at takeip the address is not there yet, so it starts at ipreallocated.
 */
export default definePlugin({
  options,
  tcp: { ports: [5432], reset: 'both-ends' },

  // An earlier ctdbd may have been killed, and the database be running without the address.
  init: (_event, context) => stop(context),

  startup(_event, { options }) {
    if (options.PG_ADDRESS === undefined)
      throw new Failure('ERROR: PG_ADDRESS is not set: expected a public address');
  },

  shutdown: (_event, context) => stop(context),

  takeip() {
    // At ipreallocated.
  },

  async releaseip({ ip }, context) {
    if (ip === context.options.PG_ADDRESS) await stop(context);
  },

  // From what the node holds now: it is the same whether this is a takeover, its repetition or the first event of a new process.
  async ipreallocated(_event, context) {
    if (await isOurs(context)) await start(context);
    else await stop(context);
  },

  async monitor(_event, context) {
    const { log, options, run, signal, state } = context;
    if (!(await isOurs(context))) return healthy;
    const asked = await run(['pg_isready', '--quiet', '--timeout=3'], { timeoutMs: 5000 });
    signal.throwIfAborted(); // A monitor that another event has cancelled has learnt nothing.
    const starts = asked.ended === 'exited' && asked.code === isStarting;
    if (starts) log('PostgreSQL starts, and has changes to make up for');
    if (asked.ok || starts) {
      state['failures'] = 0;
      return healthy;
    }
    // Another node may have had the lock until now.
    await start(context);
    const failures = Number(state['failures'] ?? 0) + 1;
    state['failures'] = failures;
    if (failures < options.PG_UNHEALTHY_AFTER) return healthy;
    return unhealthy(`ERROR: PostgreSQL has not answered ${failures} times`);
  },
});

async function isOurs({ addresses, options }: Postgres): Promise<boolean> {
  return (await addresses()).some(({ ip }) => ip === options.PG_ADDRESS);
}

/**
 * Starts the database with the lock, which all its processes inherit: it is free again when the last of them has ended, and not
 * before, also if the first was killed. So two nodes never write, whatever ctdbd thinks of them.
 *
 * It does not wait until the database serves (`-W`): after a crash that takes minutes, and an event has seconds. It does not
 * throw: monitor starts it again, and a takeover run that fails helps nobody.
 */
async function start({ act, log, options, run }: Postgres): Promise<void> {
  const { PG_VERSION: version, PG_CLUSTER: cluster, PG_LOCK_FILE: lock } = options;
  const status = await run(['pg_ctlcluster', version, cluster, 'status']);
  if (status.ok) return;
  const locked = ['flock', '--nonblock', '--conflict-exit-code', `${isTaken}`, lock] as const;
  const started = await act([...locked, 'pg_ctlcluster', version, cluster, 'start', '--', '-W']);
  if (started.ended === 'exited' && started.code === isTaken)
    log(`WARNING: another node still has the database: ${lock} is locked`);
}

/**
 * Stops the database; one that does not stop is killed, by the lock that all its processes have open. It does not throw: the
 * address has to leave in any case.
 */
async function stop({ act, log, options }: Postgres): Promise<void> {
  const { PG_VERSION: version, PG_CLUSTER: cluster, PG_LOCK_FILE: lock } = options;
  const command = ['pg_ctlcluster', version, cluster, 'stop', '-m', 'fast', '--', '-t', '8'] as const;
  const stopped = await act(command, { quiet: true, timeoutMs: 10_000 });
  if (stopped.ok || (stopped.ended === 'exited' && stopped.code === notRunning)) return;
  log(`WARNING: PostgreSQL is killed, since it does not stop: ${stopped.stderr.trim()}`);
  await act(['fuser', '--silent', '--kill', '-KILL', lock], { timeoutMs: 5000 });
}
