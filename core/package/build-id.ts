declare const CTDB_HOOK_BUILD: string | undefined;

/** Tells one build of this package from another; `source` where it was not built. */
export const buildId: string = typeof CTDB_HOOK_BUILD === 'string' ? CTDB_HOOK_BUILD : 'source';
