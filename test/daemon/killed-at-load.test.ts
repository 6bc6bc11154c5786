import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../../core/package-root.ts';
import { connectEventd, type EventClient } from '../../core/protocol/client.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** How long the daemon may take to answer, in milliseconds. */
const answerMs = 20_000;

/** An event of the test's own, with no limit. */
const recovered = { component: 'legacy', event: 'recovered', args: null, timeoutS: 0, flags: 0 };

/** The built daemon in test mode, with one plugin that has its host killed while it is loaded, `once` or always. */
async function startDaemon(kills: 'once' | 'always'): Promise<{ client: EventClient; killed: string }> {
  const killed = join(temporaryDirectory(), 'killed');
  const base = temporaryDirectory({
    'run/.keep': '',
    'events/legacy/70.victim.js': {
      mode: 0o755,
      text: `
        import { execFileSync } from 'node:child_process';
        import { existsSync, writeFileSync } from 'node:fs';
        import { definePlugin } from 'ctdb-hook';
        const isSpared = ${kills === 'once'} && existsSync(${JSON.stringify(killed)});
        writeFileSync(${JSON.stringify(killed)}, '');
        if (!isSpared) execFileSync('sh', ['-c', 'kill -KILL $PPID']);
        export default definePlugin({ recovered: () => undefined });
      `,
    },
  });
  const daemon = spawn(join(packageRoot, 'bin', 'ctdb-eventd'), {
    env: { PATH: process.env['PATH'], CTDB_TEST_MODE: '1', CTDB_BASE: base },
    stdio: 'ignore',
  });
  const ended = once(daemon, 'exit');
  const socket = join(base, 'run', 'eventd.socket');
  await expect.poll(() => existsSync(socket)).toBe(true);
  const client = await connectEventd(socket, answerMs);
  onTestFinished(async () => {
    client.close();
    daemon.kill();
    await ended;
  });
  return { client, killed };
}

test('a plugin whose host was killed while it was loaded is loaded into the next one', async () => {
  const { client, killed } = await startDaemon('once');

  expect(await client.run(recovered, answerMs)).toBe(0);
  expect(existsSync(killed)).toBe(true);
});

test('a plugin that ends every host that it is loaded into is left out, and its events say why', async () => {
  const { client } = await startDaemon('always');

  expect(await client.run(recovered, answerMs)).toBe(8);
  const { status } = await client.status(recovered, answerMs);
  expect(String(status?.scripts[0]?.output)).toContain(
    'not loaded: the plugin host ended: it was ended by SIGKILL',
  );
});
