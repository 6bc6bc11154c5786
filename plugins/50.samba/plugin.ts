import { definePlugin, healthy, unhealthy } from 'ctdb-hook';
import { options } from './options.ts';
import { checkPorts, findPorts } from './ports.ts';
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
    const freshness = await updateSettings(context);
    const settings = await readSettings(context);

    const found = findPorts(context.options.CTDB_SAMBA_CHECK_PORTS, settings);
    if ('unknown' in found) return unhealthy(found.unknown);
    const ports = await checkPorts(found.ports, context);
    if (!ports.healthy) return ports;

    if (!context.options.CTDB_SAMBA_SKIP_SHARE_CHECK) {
      const shares = await checkShares(settings, context);
      if (!shares.healthy) return shares;
    }

    // Without an event waiting for it: the next one may find newer settings to fall back on.
    if (freshness === 'old') await updateSettingsInBackground(context);
    return healthy;
  },
});
