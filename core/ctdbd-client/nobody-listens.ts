/** The errors of connect(2) for a socket where nobody listens, and of the way to the socket. */
const codes: readonly string[] = ['ECONNREFUSED', 'ENOENT', 'ENOTDIR'];

/** Whether a connection failed because nobody listens there. */
export const nobodyListens = (error: Error): boolean => 'code' in error && codes.includes(String(error.code));
