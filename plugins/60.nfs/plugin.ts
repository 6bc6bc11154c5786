import { definePlugin, healthy, updateTickles } from 'ctdb-hook';
import { noteHeard, noteReconfigure, reconfigureIfNeeded } from './address-changes.ts';
import { callAtRelease, callCallout } from './callout.ts';
import { findCheckFiles, readCheckFile } from './check-file.ts';
import { checkService } from './check-service.ts';
import { forgetOthers } from './history.ts';
import { options } from './options.ts';
import { systemConfig, updatesTickles } from './release.ts';
import { checkShares } from './shares.ts';
import { tellStatd, updateStatd } from './statd.ts';

/** Has the callout start and stop NFS, watches its services, and has clients reclaim their locks after a failover. */
export default definePlugin({
  rawArguments: true,
  systemConfig,
  options,

  async startup({ argv }, context) {
    await tellStatd(context, 'startup');
    await callCallout(context, 'startup', argv);
  },

  shutdown: ({ argv }, context) => callCallout(context, 'shutdown', argv),
  startipreallocate: ({ argv }, context) => callCallout(context, 'startipreallocate', argv),

  async takeip({ argv }, context) {
    const ip = argv[1];
    noteHeard(context, ip);
    await callCallout(context, 'takeip', argv);
    noteReconfigure(context);
    await tellStatd(context, 'takeip', ip === undefined ? [] : [ip]);
  },

  async releaseip({ argv }, context) {
    noteHeard(context, argv[1]);
    if (await callAtRelease(context, argv)) noteReconfigure(context);
  },

  ipreallocated: ({ changes }, context) => reconfigureIfNeeded(changes, context),

  async monitor(_event, context) {
    await callCallout(context, 'monitor-pre');
    if (!context.options.CTDB_NFS_SKIP_SHARE_CHECK) await checkShares(context);
    if (updatesTickles(context.replaced)) await updateTickles(context, nfsPort);
    await updateStatd(context);

    const checkFiles = await findCheckFiles(context);
    forgetOthers(context, checkFiles);
    for (const file of checkFiles) {
      const check = await readCheckFile(file, context);
      if (check !== undefined) await checkService(check, context);
    }

    await callCallout(context, 'monitor-post');
    return healthy;
  },
});

/** The port of NFS, RFC 7530. */
const nfsPort = 2049;
