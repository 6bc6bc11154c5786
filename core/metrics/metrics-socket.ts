import { lstatSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { isListening } from '../files/is-listening.ts';

/** How long a caller may take for its request, and how many are answered at a time. */
const requestMsMax = 5000;
const connectionsMax = 8;

/** What is answered to each GET. */
export interface Page {
  readonly contentType: string;
  text(): Promise<string>;
}

/**
 * Answers HTTP on a unix socket, for root only: whoever lets others read gives them a proxy. A socket that an ended process has left is
 * replaced; anything else in its place is not.
 *
 * @throws the error of the file system, or an Error that says what stands there.
 */
export async function serveMetrics(path: string, page: Page): Promise<Server> {
  await removeLeftover(path);
  const server = createServer(
    { requestTimeout: requestMsMax, headersTimeout: requestMsMax },
    (request, response) => {
      if (request.method !== 'GET') {
        response.writeHead(405).end();
        return;
      }
      page.text().then(
        (text) => response.writeHead(200, { 'content-type': page.contentType }).end(text),
        () => response.writeHead(500).end(),
      );
    },
  );
  server.maxConnections = connectionsMax;
  server.unref();
  listenForOwner(server, path);
  await once(server, 'listening');
  return server;
}

/** Nobody else may connect, not even in the moment before a chmod. */
function listenForOwner(server: Server, path: string): void {
  const mask = process.umask(0o177);
  try {
    server.listen(path);
  } finally {
    process.umask(mask);
  }
}

async function removeLeftover(path: string): Promise<void> {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there === undefined) return;
  if (!there.isSocket()) throw new Error('something else than a socket stands there');
  if (await isListening(path)) throw new Error('another process listens there');
  rmSync(path);
}
