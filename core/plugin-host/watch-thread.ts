/**
 * The thread of a plugin host that can say where the main thread is when that does not answer.
 *
 * It reads a descriptor of its own. When the daemon is gone or has closed it, the host has no purpose any more. The thread
 * then ends the host, even if the main thread is blocked.
 */
import { Session, type Debugger } from 'node:inspector';
import { Socket } from 'node:net';
import { killSession } from '../process/kill-session.ts';
import { MessageLink } from './link.ts';
import { fromWatch, toWatch, watchFd } from './messages.ts';

/** How long the main thread may take to end by itself when the daemon is gone, in milliseconds. */
const endMs = 1_000;

/** How long the main thread may take to stop at a line, in milliseconds. If it does not stop, no JavaScript runs. */
const pauseMs = 450;

/** Most frames that are answered. */
const framesMax = 20;

const { pid } = process;

const codecs = { incoming: toWatch, outgoing: fromWatch };
const link = new MessageLink(new Socket({ fd: watchFd }), codecs, {
  onMessage() {
    void findStack().then((stack) => {
      link.send({ stack });
    });
  },
  onClose() {
    // Its plugins' commands are in its session and are killed too: nobody else is left to end them.
    setTimeout(() => {
      killSession(pid);
    }, endMs);
  },
});

/** Stops the main thread for a moment and finds out where it is. Empty if it runs no JavaScript. */
async function findStack(): Promise<string> {
  const session = new Session();
  session.connectToMainThread();
  const paused = Promise.withResolvers<string>();
  const urls = new Map<string, string>();
  session.on('Debugger.scriptParsed', ({ params }) => {
    urls.set(params.scriptId, params.url);
  });
  session.on('Debugger.paused', ({ params }) => {
    const frames = params.callFrames.slice(0, framesMax);
    paused.resolve(frames.map((frame) => inWords(frame, urls)).join('\n'));
  });
  const timer = setTimeout(() => {
    paused.resolve('');
  }, pauseMs);
  session.post('Debugger.enable');
  session.post('Debugger.pause');
  try {
    return await paused.promise;
  } finally {
    clearTimeout(timer);
    session.post('Debugger.resume');
    session.post('Debugger.disable');
    session.disconnect();
  }
}

/** A frame in the form of an error's stack. */
function inWords({ functionName, location }: Debugger.CallFrame, urls: ReadonlyMap<string, string>): string {
  const file = urls.get(location.scriptId)?.replace(/^file:\/\//, '') ?? '';
  const place = `${file}:${location.lineNumber + 1}:${(location.columnNumber ?? 0) + 1}`;
  return functionName === '' ? `at ${place}` : `at ${functionName} (${place})`;
}
