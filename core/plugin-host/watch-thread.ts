/**
 * The thread of a plugin host that can tell where its main thread is when that does not answer any more.
 *
 * It reads a descriptor of its own. When the daemon is gone, or has closed it, the host has no purpose any more, and this
 * thread ends it even if the main thread never comes round to it.
 */
import { Session, type Debugger } from 'node:inspector';
import { Socket } from 'node:net';
import { killSession } from '../process/kill-session.ts';
import { MessageLink } from './link.ts';
import { fromWatch, toWatch, watchFd } from './messages.ts';

/** How long the main thread may take to end by itself when the daemon is gone, in milliseconds. */
const endMs = 1_000;

/** How long is waited for it to stop at a line: if it does not, no JavaScript runs. */
const pauseMs = 450;

/** Most frames that are told. */
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
    // With its plugins' commands, which are in its session: nobody else is left to end them.
    setTimeout(() => {
      killSession(pid);
    }, endMs);
  },
});

/** Stops the main thread for a moment and looks where it is; empty if it runs no JavaScript. */
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

/** A frame as an error's stack has it. */
function inWords({ functionName, location }: Debugger.CallFrame, urls: ReadonlyMap<string, string>): string {
  const file = urls.get(location.scriptId)?.replace(/^file:\/\//, '') ?? '';
  const place = `${file}:${location.lineNumber + 1}:${(location.columnNumber ?? 0) + 1}`;
  return functionName === '' ? `at ${place}` : `at ${functionName} (${place})`;
}
