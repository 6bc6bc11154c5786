import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { connectEventd, type EventClient } from '../../core/eventd-protocol/client.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** How long the daemon may take to answer, in milliseconds. */
const answerMs = 20_000;

/** The event that fails for a plugin that does not load, with no limit. */
const monitor = { component: 'legacy', event: 'monitor', args: null, timeoutS: 0, flags: 0 };

/** The built daemon in test mode, with one plugin that has its host killed the first times that it is loaded. */
async function startDaemon(
  kills: number,
): Promise<{ client: EventClient; loads: () => number; log: () => string }> {
  const loads = join(temporaryDirectory(), 'loads');
  const base = temporaryDirectory({
    'run/.keep': '',
    'events/legacy/70.victim.js': {
      mode: 0o755,
      text: `
        import { execFileSync } from 'node:child_process';
        import { appendFileSync, readFileSync } from 'node:fs';
        import { definePlugin } from 'ctdb-hook';
        appendFileSync(${JSON.stringify(loads)}, '.');
        const count = readFileSync(${JSON.stringify(loads)}).length;
        if (count <= ${String(kills)}) execFileSync('sh', ['-c', 'kill -KILL $PPID']);
        export default definePlugin({ monitor: () => ({ healthy: true }) });
      `,
    },
  });
  const logFile = join(base, 'log');
  writeFileSync(join(base, 'ctdb.conf'), `[logging]\n\tlocation = file:${logFile}\n`);
  const daemon = spawn(join(packageRoot, 'bin', 'ctdb-eventd'), {
    env: { PATH: process.env['PATH'], CTDB_TEST_MODE: '1', CTDB_BASE: base },
    stdio: 'ignore',
  });
  const ended = once(daemon, 'exit');
  const socket = join(base, 'run', 'eventd.socket');
  const connect = (): Promise<EventClient | undefined> =>
    connectEventd(socket, answerMs).catch(() => undefined);
  let client: EventClient | undefined;
  await expect.poll(async () => (client = await connect())).toBeDefined();
  if (client === undefined) throw new Error('nobody listens');
  const connected = client;
  onTestFinished(async () => {
    connected.close();
    daemon.kill();
    await ended;
  });
  return {
    client: connected,
    loads: () => readFileSync(loads).length,
    log: () => readFileSync(logFile, 'utf8'),
  };
}

test('a plugin whose host was killed while it was loaded is loaded into the next one', async () => {
  const { client, loads } = await startDaemon(1);

  expect(await client.run(monitor, answerMs)).toBe(0);
  expect(loads()).toBe(2);
});

test('a plugin that ends every host that it is loaded into is left out, and its events say why', async () => {
  const { client, log } = await startDaemon(Infinity);

  expect(await client.run(monitor, answerMs)).toBe(8);
  const { status } = await client.status(monitor, answerMs);
  expect(String(status?.scripts[0]?.output)).toMatch(
    /70\.victim\.js: not loaded: the plugin host ended: it was ended by SIGKILL; it is tried again at 2\S+Z\n/,
  );
  expect(log()).toMatch(/70\.victim is left out, it is tried again at 2\S+Z: the plugin host ended: /);
});

test('a plugin that was left out is tried again beside the events until it loads, with no file changed', async () => {
  const { client, loads, log } = await startDaemon(3);

  expect(await client.run(monitor, answerMs)).toBe(8);
  await expect.poll(() => client.run(monitor, answerMs)).toBe(0);
  expect(loads()).toBe(5); // Twice in hosts for events, twice to try it, and in the host for events again.
  expect(log().match(/70\.victim is left out, /g)).toHaveLength(2);
  expect(log()).toContain('70.victim is left out no longer: it was loaded without ending its host');
});
