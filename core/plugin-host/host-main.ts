import { takeInstallation } from '../ctdb-installation/hand-over-installation.ts';
import { continueWhenOrphaned } from '../process/continue-when-orphaned.ts';
import { receivedEnvironment } from '../process/environment.ts';
import { chooseHostNetwork } from './choose-network.ts';
import { mapJournal } from './map-journal.ts';
import { journalFd } from './messages.ts';
import { PluginHost } from './plugin-host.ts';

/** Starts the plugin host of this process. */
export async function hostMain(component: string): Promise<void> {
  takeInstallation();
  // A host ends itself when its link is closed, except while it is stopped.
  await continueWhenOrphaned();
  new PluginHost({
    component,
    // The environment is the daemon's, byte for byte: Node changes what it passes on to a child.
    environment: receivedEnvironment(process.ppid),
    journal: mapJournal(journalFd),
    network: await chooseHostNetwork(process.env),
    watchThread: new URL('./host-watch.js', import.meta.url),
  });
}
