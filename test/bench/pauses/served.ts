/** The port of the plain TCP server. */
export const tcpPort = 7000;

/** The port of the HTTP server. */
export const httpPort = 80;

/** What a streaming client reads or writes at once, in bytes. */
export const pieceBytes = 65_536;

/** Between two pieces of a stream, in milliseconds: about 3 MB/s, so that ten streams at once do not fill two processors. */
export const paceMs = 20;

/** The size of the file that is read again and again, in bytes. */
export const fileBytes = 64 * pieceBytes;

/** What the servers of a node serve; all nodes have the same, as of a cluster file system. */
export const servedDirectory = '/run/served';

/** The file that is read. */
export const readFile = 'read';

/** The file whose content the server has to wait for. */
export const lateFile = 'late';

/** The file that the client of this protocol writes. */
export const writtenFile = (protocol: string): string => `written-by-${protocol}`;
