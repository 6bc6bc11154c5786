import { definePlugin, healthy, unhealthy } from 'ctdb-hook';
import { options } from './options.ts';
import { checkPorts, findPorts } from './ports.ts';
import { sampleSettings } from './sampled-settings.ts';
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

  async monitor(_event, context) {
    const isSampled = context.network.name === 'netlink';
    const freshness = isSampled ? await sampleSettings(context) : await updateSettings(context);
    const settings = await readSettings(context);

    const found = findPorts(context.options.CTDB_SAMBA_CHECK_PORTS, settings);
    if ('unknown' in found) return unhealthy(found.unknown);
    const ports = await checkPorts(found.ports, context);
    if (!ports.healthy) return ports;

    if (!context.options.CTDB_SAMBA_SKIP_SHARE_CHECK) {
      const shares = isSampled
        ? await checkSampledShares(settings, context)
        : await checkShares(settings, context);
      if (!shares.healthy) return shares;
    }

    // Without an event waiting for it: the next one may find newer settings to fall back on.
    // Samples renew themselves.
    if (freshness === 'old' && !isSampled) await updateSettingsInBackground(context);
    return healthy;
  },
});
