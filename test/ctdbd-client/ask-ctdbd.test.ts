import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { askCtdbd } from '../../core/ctdbd-client/ask-ctdbd.ts';
import { questionOf, type Control } from '../../core/ctdbd-client/controls.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { replies } from './recorded.ts';

const never = new AbortController().signal;
const ifaces = questionOf(['-X', 'ifaces']) as Control;

/** A reply of ctdbd to the request with this number. */
function replyTo(reqid: number, hex: string = replies['-X ifaces'].hex): Buffer {
  const bytes = Buffer.from(hex, 'hex');
  bytes.writeUInt32LE(reqid, 28);
  return bytes;
}

/** A socket at which this is done with each request. */
async function listen(answer: (client: Socket, request: Buffer) => void): Promise<string> {
  const path = join(temporaryDirectory(), 'ctdbd.socket');
  const server = createServer((client) => {
    client
      .on('error', () => undefined)
      .on('data', (request) => {
        answer(client, request);
      });
  }).listen(path);
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return path;
}

test('ctdbd is asked, and what the command would answer is answered', async () => {
  const path = await listen((client, request) => client.write(replyTo(request.readUInt32LE(28))));
  expect(await askCtdbd(path, ifaces, never)).toMatchObject({ rows: [['eth0', '1', '2']] });
});

test('a reply may come in pieces', async () => {
  const path = await listen((client, request) => {
    client.setNoDelay(true);
    for (const byte of replyTo(request.readUInt32LE(28))) client.write(Buffer.of(byte));
  });
  expect(await askCtdbd(path, ifaces, never)).toMatchObject({ rows: [['eth0', '1', '2']] });
});

test('the command has to answer where nobody listens', async () => {
  expect(await askCtdbd(join(temporaryDirectory(), 'none'), ifaces, never)).toBeUndefined();
});

test.each<readonly [string, (client: Socket) => void]>([
  ['the connection is closed', (client) => client.end()],
  ['what comes is no packet', (client) => client.write('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['the reply is to something else', (client) => client.write(replyTo(77))],
  ['the control failed', (client) => client.write(failed)],
  ['the packet is of another kind', (client) => client.write(anotherKind)],
])('the command has to answer where %s', async (_what, answer) => {
  expect(await askCtdbd(await listen(answer), ifaces, never)).toBeUndefined();
});

const failed = replyTo(1);
failed.writeInt32LE(-1, 32);
const anotherKind = replyTo(1);
anotherKind.writeUInt32LE(5, 16);

test('an event that is out of time waits for ctdbd no longer', async () => {
  const controller = new AbortController();
  const path = await listen(() => {
    controller.abort();
  });
  expect(await askCtdbd(path, ifaces, controller.signal)).toBeUndefined();
  expect(await askCtdbd(path, ifaces, controller.signal)).toBeUndefined();
});

test('the command has to answer where ctdbd does not', async () => {
  expect(await askCtdbd(await listen(() => undefined), ifaces, never, 1)).toBeUndefined();
});
