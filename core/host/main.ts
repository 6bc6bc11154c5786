import { receivedEnvironment } from '../process/environment.ts';
import { PluginHost } from './plugin-host.ts';

/** Starts the plugin host of this process. */
export function startHost(component: string): void {
  new PluginHost({
    component,
    // The daemon's, byte for byte: what Node passes on to a child is no longer that.
    environment: receivedEnvironment(process.ppid),
    watchThread: new URL('./host-watch.js', import.meta.url),
  });
}
