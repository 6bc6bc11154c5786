import { type Context, definePlugin, type Health, unhealthy } from 'ctdb-hook';
import { type Options, options } from './options.ts';
import { checkPorts, findPorts } from './ports.ts';
import { knowsPortsOnly } from './release.ts';
import { renewSettings, sampleSettings } from './sampled-settings.ts';
import { checkSampledShares } from './sampled-shares.ts';
import { startSamba, stopSamba } from './service.ts';
import { checkShares } from './shares.ts';
import { readSettings, updateSettings, updateSettingsInBackground } from './testparm.ts';

/** Starts and stops Samba, and watches its ports and shares. */
export default definePlugin({
  options,
  rawArguments: true,

  startup: (_event, context) => startSamba(context),
  shutdown: (_event, context) => stopSamba(context),

  monitor: (_event, context) =>
    context.network.name === 'netlink' ? monitorBySamples(context) : monitorAtOnce(context),
});

async function monitorBySamples(context: Context<Options>): Promise<Health> {
  const check = async () => checkSamba(await readSettings(context), context, checkSampledShares);
  await sampleSettings(context);
  const health = await check();
  return health.healthy || !(await renewSettings(context)) ? health : check();
}

async function monitorAtOnce(context: Context<Options>): Promise<Health> {
  const freshness = await updateSettings(context);
  const health = await checkSamba(await readSettings(context), context, checkShares);
  // Without an event waiting for it: the next one may find newer settings to fall back on.
  if (health.healthy && freshness === 'old') await updateSettingsInBackground(context);
  return health;
}

async function checkSamba(
  settings: string,
  context: Context<Options>,
  checkDirectories: (settings: string, context: Context<Options>) => Promise<Health>,
): Promise<Health> {
  const found = findPorts(context.options.CTDB_SAMBA_CHECK_PORTS, settings, knowsPortsOnly(context));
  if ('unknown' in found) return unhealthy(found.unknown);
  const ports = await checkPorts(found.ports, context);
  if (!ports.healthy || context.options.CTDB_SAMBA_SKIP_SHARE_CHECK) return ports;
  return checkDirectories(settings, context);
}
