import { parseArgs } from 'node:util';
import { commands } from '../commands/commands.ts';
import { ctdbPaths } from '../ctdb-installation/paths.ts';
import { planUpgrade, type UpgradePlan } from '../install/plan-upgrade.ts';
import { unpackVersion } from '../install/unpack-version.ts';
import { say, sayLine } from '../links/output.ts';
import { UsageError } from '../links/usage-error.ts';
import { packageVersion } from '../package/package-version.ts';
import { mustRun } from '../switch/program.ts';
import { askRunning, type Running } from '../switch/running.ts';
import { hookOf } from '../switch/script-starter.ts';
import { carryOut } from './carry-out.ts';
import { installPlacesOfNode } from './install-places-of-node.ts';
import { isRestartDue } from './running-event-daemon.ts';
import { sayErrors } from './say-errors.ts';
import { howToRestart } from './say-restart.ts';

/**
 * `ctdb-hook upgrade`: has this version take the place of another one, or the one in a tarball.
 *
 * @returns 0 if it was done; 1 if it could not be done, and then nothing has changed.
 */
export async function upgradeCommand(words: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: words,
    options: commands.upgrade.options,
    allowPositionals: true,
  });
  const [tarball, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`upgrade: expected one tarball, got "${positionals.join(' ')}"`);
  return sayErrors(() =>
    tarball === undefined ? upgradeToThis(values['dry-run']) : upgradeTo(tarball, values['dry-run']),
  );
}

async function upgradeToThis(isDryRun: boolean): Promise<number> {
  const places = installPlacesOfNode();
  const plan = await planUpgrade(places);
  await carryOut(plan, isDryRun);
  const running = await askRunning(ctdbPaths(process.env).eventdSocket);
  if (!isDryRun) sayLine(describeVersions(plan, running, howToRestart(places.systemd.isRunning)));
  return 0;
}

/** The version in the tarball knows best what it needs, so it does the rest. */
async function upgradeTo(tarball: string, isDryRun: boolean): Promise<number> {
  sayLine(`${isDryRun ? 'Would: ' : ''}Unpack ${tarball}, and look whether it is whole`);
  if (isDryRun) {
    sayLine('Would: Have its version do the rest: ctdb-hook upgrade');
    return 0;
  }
  const folder = await unpackVersion(tarball);
  say(await mustRun(hookOf(folder), 'upgrade'));
  return 0;
}

/** Which version runs, which is on disk, and what goes from one to the other. */
function describeVersions({ isOn, hasLinks }: UpgradePlan, running: Running, restart: string): string {
  const version = packageVersion();
  const onDisk = `ctdb-hook ${version} is on disk`;
  if (!isOn && !hasLinks)
    return `${onDisk}, and nothing runs it: "ctdb-hook install" has this node run plugins`;
  const links = hasLinks ? `; links run ${version} from their next event on` : '';
  switch (running.kind) {
    case 'ours': {
      const runs = `ctdb-hook ${running.about.version} runs`;
      return `${isRestartDue(running.about) ? `${runs}, ${onDisk}: ${restart} switches` : runs}${links}`;
    }
    case 'stock':
      return `CTDB’s own event daemon runs, ${onDisk}${isOn ? `: ${restart} switches` : ''}${links}`;
    case 'none':
      return `No event daemon runs, ${onDisk}: it counts from the next start of ctdb on`;
    case 'unknown':
      return `${onDisk}; it cannot be told what runs: ${running.why}`;
  }
}
