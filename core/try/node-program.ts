import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import * as z from 'zod';
import { packageRoot } from '../package/package-root.ts';
import { clientAddresses, ifaces, usualPort } from './addresses.ts';
import { ClientMachine } from './client-machine.ts';
import { attempt, run } from './command.ts';
import { layOutNode, places, writeEnterScript, type AuthorFile } from './lay-out-node.ts';
import { standIns } from './own-program.ts';
import { playEvents } from './play-events.ts';
import { startServer } from './server.ts';
import { bold, result, say } from './show-run.ts';
import { standInEnvironment } from './stand-in-environment.ts';
import type { TryJob } from './try-job.ts';

/** Directories in which plugins may write what is gone afterwards. */
const writable = ['/etc', '/tmp', '/var/cache', '/var/lib', '/var/log', '/var/tmp', '/srv'];

/** Longest time that the plugin may take to load, in milliseconds: longer than `ctdb-hook load` gives it. */
const loadTimeoutMs = 10_000;

/**
 * The first process of the namespaces: makes a node and a client there, and runs the events of a `TryJob`, which is its argument. It
 * ends, and all with it, when its standard input does.
 *
 * @returns 0 if all that had to happen happened
 */
export async function runNode([given = '']: readonly string[]): Promise<number> {
  const job = JSON.parse(given) as TryJob;
  const inputEnd = new Promise<void>((resolve) => process.stdin.resume().once('close', resolve));
  void inputEnd.then(() => process.exit(1));
  process.umask(0o022);
  const failures = await tryIt(job).catch((error: unknown) => [
    error instanceof Error ? error.message : String(error),
  ]);
  say();
  if (failures.length === 0) {
    say(`${result(true, 'All of it succeeded')}: ${job.events.length} events, in ${seconds()} s`);
    return 0;
  }
  say(result(false, `What failed, in ${seconds()} s:`));
  for (const failure of failures) say(`  ${failure}`);
  if (!job.isKept) return 1;
  writeFileSync(3, 'kept\n');
  await inputEnd;
  return 1;
}

const seconds = (): string => (performance.now() / 1000).toFixed(1);

/** Does it, and answers what failed. @throws Error if the node cannot be made */
async function tryIt(job: TryJob): Promise<readonly string[]> {
  const files = job.files.map((path): AuthorFile => ({ path, text: readFileSync(path) }));
  const environment = standInEnvironment(places);
  await run(['sh', join(standIns, 'protect'), ...writable]);
  layOutNode(files as [AuthorFile, ...AuthorFile[]]);
  writeEnterScript(environment);
  const [loaded, client] = await Promise.all([
    load(job, environment),
    ClientMachine.start({ ifaces, addresses: clientAddresses }),
  ]);
  if (loaded.fault !== undefined) return [`${job.name} does not load: ${inSource(job, loaded.fault)}`];
  trustEitherInterface();
  const port = loaded.tcpPorts[0] ?? usualPort;
  await startServer(port);
  showStart(job, port);
  return playEvents(job, { environment, client, port, inSource: (text) => inSource(job, text) });
}

const Loaded = z.object({ fault: z.string().optional(), tcpPorts: z.array(z.number()).default([]) });

/** Loads the plugin in a process of its own: it may take for ever, or end the process. */
async function load(
  { name, files: [file] }: TryJob,
  env: NodeJS.ProcessEnv,
): Promise<z.output<typeof Loaded>> {
  const path = join(places.eventDirectory, `${name}${extname(file)}`);
  const { stdout, why } = await attempt([join(packageRoot, 'bin/ctdb-hook'), 'load', name, path], {
    env,
    timeoutMs: loadTimeoutMs,
  });
  const report = stdout.trimEnd().split('\n').at(-1) ?? '';
  if (report.startsWith('{')) return Loaded.parse(JSON.parse(report));
  return {
    fault: `${path}: the process that loaded it ended, or took too long: ${why}`.trim(),
    tcpPorts: [],
  };
}

/** A text with the paths that the author knows. */
const inSource = ({ files: [file] }: TryJob, text: string): string =>
  text.replaceAll(`${places.eventDirectory}/`, `${dirname(file)}/`);

/** The node has two interfaces in one subnet, so packets may come in by the one and be answered by the other. */
function trustEitherInterface(): void {
  for (const name of ['all', ...ifaces]) writeFileSync(`/proc/sys/net/ipv4/conf/${name}/rp_filter`, '0');
}

function showStart({ name, files: [file], namespaces }: TryJob, port: number): void {
  say(bold(`${name}, as a node runs it: ${basename(file)} beside 10.interface, each event by bin/ctdb-hook`));
  say(`Real      ${namespaces}; interfaces ${ifaces.join(' and ')}, a client on another network`);
  say(
    `          namespace, connected by TCP to port ${port}; programs and files as they are on this machine`,
  );
  say(
    'Stood in  ctdb, service and systemctl, which note what they are told; what is written is gone afterwards',
  );
  say();
}
