/** The first byte of a request to the plain TCP server; a piece follows that of a write. */
export const requests = { ask: 'a', stream: 's', write: 'w', late: 'l' } as const;
