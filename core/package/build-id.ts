declare const CTDB_HOOK_BUILD: string | undefined;

/** The id of this build of the package; `source` if it was not built. */
export const buildId: string = typeof CTDB_HOOK_BUILD === 'string' ? CTDB_HOOK_BUILD : 'source';
