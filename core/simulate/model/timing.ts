/** How long ctdbd waits for what, in milliseconds, unless somebody sets its tunables: ctdb-tunables(7), and ctdb.conf(5) for the keepalives. */
export const timing = Object.freeze({
  /** EventScriptTimeout: an event, from when its request was received. */
  eventMs: 30_000,
  /** Three times TakeoverTimeout: `startipreallocate`, `releaseip`, `takeip` and `ipreallocated` of all addresses together. */
  takeoverRunMs: 27_000,
  /** MonitorInterval. */
  monitorMs: 15_000,
  /** From `startup` to the first `monitor`. */
  firstMonitorMs: 2_000,
  /** From a change of health to the next `monitor`. */
  monitorAfterChangeMs: 5_000,
  /** MonitorTimeoutCount: so many `monitor` in a row that are out of time make a node unhealthy. */
  monitorTimeoutsMax: 20,
  /** RecoverInterval: between two looks of the leader at the cluster. */
  lookMs: 1_000,
  /** KeepaliveInterval times KeepaliveLimit, until a node that has fallen silent counts as disconnected. */
  silenceMs: 25_000,
  /** From the end of the last recovery to `startup`: RerecoveryTimeout and three seconds. */
  startupMs: 13_000,
  /** From a `startup` that failed to the next. */
  startupRetryMs: 5_000,
  /** RecoveryBanPeriod. */
  banMs: 300_000,
  /** RecoveryGracePeriod: what a node has done wrong is forgotten after this time. */
  graceMs: 120_000,
});
