/**
 * The events that fail for trouble with a plugin or its options. Both may fail for long: ctdbd does not start services then, or
 * has the node UNHEALTHY. A failure of any other event costs the node its place in the cluster, or leaves an address on it.
 */
const failing: ReadonlySet<string> = new Set(['monitor', 'startup']);

/** Whether a plugin that cannot run fails this event; at all other events the plugin is passed over. */
export const mayFail = (event: string): boolean => failing.has(event);
