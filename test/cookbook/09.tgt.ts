import { definePlugin, Failure, healthy, option, unhealthy, type Context } from 'ctdb-hook';
import * as z from 'zod';

const options = z.object({
  TGT_SERVICE: option.word('tgt'),
  // Has a file for each public address, such as 10.0.0.1.conf, in the form of targets.conf: the targets that go with it.
  TGT_DIRECTORY: option.path('/etc/ctdb/iscsi-targets'),
  TGT_START_SECONDS: option.wholeNumber(10, { min: 1, max: 25 }),
});

type Tgt = Context<z.output<typeof options>>;

/** How often a target that is in use is told to go. */
const deleteTriesMax = 10;

/**
 * iSCSI targets that move with a public address, each on one node at a time. Their disks are files on the cluster file system.
 *
 * The number is below that of 10.interface: at releaseip the targets are gone, and what initiators wrote is in the files,
 * before the address leaves and another node opens them.
 */
export default definePlugin({
  options,
  tcp: { ports: [3260], reset: 'both-ends' },

  // An earlier ctdbd may have been killed, and its targets still be there.
  init: (_event, context) => removeTargets(context, () => true),

  async startup(_event, context) {
    const { TGT_SERVICE: name, TGT_START_SECONDS: seconds } = context.options;
    await context.service.start(name);
    // Debian's init script does not wait until tgtd answers.
    const end = context.monotonicMs() + seconds * 1000;
    while ((await findTargets(context)) === undefined) {
      if (context.monotonicMs() >= end) throw new Failure(`ERROR: ${name} does not answer`);
      await context.sleep(100);
    }
    await settle(context);
  },

  async shutdown(_event, { service, options }) {
    await service.stop(options.TGT_SERVICE);
  },

  takeip() {
    // At ipreallocated: the address is not there yet.
  },

  // An address has to leave whatever is wrong here: what is thrown would keep it.
  async releaseip({ ip }, context) {
    try {
      await removeTargets(context, (address) => address === ip);
    } catch (error) {
      context.signal.throwIfAborted();
      context.log(`WARNING: targets of ${ip} may be left: ${String(error)}`);
    }
  },

  // Without a look at the changes: what has to be there follows from what the node holds now, also after a restart.
  ipreallocated: (_event, context) => settle(context),

  async monitor(_event, context) {
    const there = await findTargets(context);
    if (there === undefined) return unhealthy('ERROR: tgtd does not answer');
    const held = await heldIps(context);
    const wanted = (await findConfigured(context)).filter(({ ip }) => held.has(ip));
    const missing = wanted.flatMap(({ targets }) => targets.filter((name) => !there.has(name)));
    return missing.length === 0 ? healthy : unhealthy(`ERROR: tgtd is without ${missing.join(', ')}`);
  },
});

/** The targets of one address, as its file has them. */
interface Configured {
  readonly ip: string;
  readonly file: string;
  readonly targets: readonly string[];
}

async function heldIps({ addresses }: Tgt): Promise<ReadonlySet<string>> {
  return new Set((await addresses()).map(({ ip }) => ip));
}

async function findConfigured({ files, options }: Tgt): Promise<readonly Configured[]> {
  const names = (await files.list(options.TGT_DIRECTORY)) ?? [];
  const found: Configured[] = [];
  for (const name of names.filter((each) => each.endsWith('.conf'))) {
    const file = `${options.TGT_DIRECTORY}/${name}`;
    const text = (await files.read(file)) ?? '';
    const targets = [...text.matchAll(/^\s*<target\s+(\S+?)\s*>/gm)].map(([, target = '']) => target);
    found.push({ ip: name.slice(0, -'.conf'.length), file, targets });
  }
  return found;
}

/** The numbers of the targets that tgtd has, by name. Undefined if it does not answer. */
async function findTargets({ run }: Tgt): Promise<ReadonlyMap<string, string> | undefined> {
  const show = ['tgtadm', '--lld', 'iscsi', '--op', 'show', '--mode', 'target'] as const;
  const { ok, stdout } = await run(show, { timeoutMs: 5000 });
  if (!ok) return undefined;
  return new Map(
    [...stdout.matchAll(/^Target (\d+): (\S+)/gm)].map(([, tid = '', name = '']) => [name, tid]),
  );
}

/** Makes the targets of the held addresses, and removes those of others. */
async function settle(context: Tgt): Promise<void> {
  const held = await heldIps(context);
  await removeTargets(context, (ip) => !held.has(ip));
  const there = await findTargets(context);
  if (there === undefined) return; // monitor tells, and startup makes them.
  for (const { ip, file, targets } of await findConfigured(context))
    for (const name of held.has(ip) ? targets : [])
      // Not by `--execute`, which also removes the targets that are not in this file.
      if (!there.has(name)) await context.act(['tgt-admin', '--update', name, '--conf', file]);
}

async function removeTargets(context: Tgt, isOf: (ip: string) => boolean): Promise<void> {
  for (const { ip, targets } of await findConfigured(context))
    if (isOf(ip)) for (const name of targets) await removeTarget(name, context);
}

/**
 * tgtd refuses even with `--force` while it works on a command of the target (`this logical unit is still active`). Offline,
 * it takes no new ones.
 */
async function removeTarget(name: string, context: Tgt): Promise<void> {
  const { act, log, sleep } = context;
  const tgtadm = ['tgtadm', '--lld', 'iscsi', '--mode', 'target'] as const;
  for (let tries = 0; tries < deleteTriesMax; tries++) {
    const tid = (await findTargets(context))?.get(name);
    if (tid === undefined) return;
    const limits = { quiet: true, timeoutMs: 2000 };
    await act([...tgtadm, '--op', 'update', '--tid', tid, '--name', 'state', '-v', 'offline'], limits);
    const { ok } = await act([...tgtadm, '--op', 'delete', '--tid', tid, '--force'], limits);
    if (ok) return;
    await sleep(200);
  }
  log(`WARNING: target ${name} is still in use`);
}
