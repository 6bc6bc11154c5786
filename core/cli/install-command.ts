import { parseArgs } from 'node:util';
import { commands } from '../commands/commands.ts';
import { ctdbPaths } from '../ctdb-installation/paths.ts';
import { planInstall } from '../install/plan-install.ts';
import { sayLine } from '../links/output.ts';
import { UsageError } from '../links/usage-error.ts';
import { askRunning } from '../switch/running.ts';
import { carryOut } from './carry-out.ts';
import { installPlacesOfNode } from './install-places-of-node.ts';
import { sayErrors } from './say-errors.ts';
import { sayRestart } from './say-restart.ts';

/**
 * `ctdb-hook install`: has this node run plugins, through our event daemon or by links.
 *
 * @returns 0 if it was done; 1 if it could not be done, and then nothing has changed.
 */
export async function installCommand(words: string[]): Promise<number> {
  const { values } = parseArgs({ args: words, options: commands.install.options });
  const plugins = values.plugins?.split(',').filter((name) => name !== '');
  if (values.links && values.plugins === '')
    throw new UsageError('install: expected plugins for --links, got none (--plugins)');
  return sayErrors(async () => {
    const places = installPlacesOfNode();
    const way = values.links ? 'links' : 'daemon';
    await carryOut(await planInstall(places, { way, plugins }), values['dry-run']);
    if (values['dry-run']) return 0;
    const running = await askRunning(ctdbPaths(process.env).eventdSocket);
    if (way === 'links' && running.kind !== 'ours') sayLine('It counts from the next event on');
    else
      await sayRestart(way === 'links' ? 'off' : 'on', running, {
        isSystemd: places.systemd.isRunning,
        isRestartAsked: values.restart,
      });
    return 0;
  });
}
