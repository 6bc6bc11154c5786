/** A `monitor` handler's answer about its service. */
export type Health = { readonly healthy: true } | { readonly healthy: false; readonly reason: string };

/** The service works. */
export const healthy: Health = Object.freeze({ healthy: true });

/** The service does not work. ctdbd marks the node UNHEALTHY and moves its addresses. `reason` is logged. */
export const unhealthy = (reason: string): Health => ({ healthy: false, reason });
