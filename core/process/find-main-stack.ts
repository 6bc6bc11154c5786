import { Session, type Debugger } from 'node:inspector';

/** Most frames that are answered. */
const framesMax = 20;

/**
 * Called in another thread: stops the main thread for a moment and finds out where it is. Empty if it runs no JavaScript.
 *
 * @param pauseMs how long the main thread may take to stop at a line. If it does not stop, it counts as running none.
 */
export async function findMainStack(pauseMs: number): Promise<string> {
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
  // A kept version of a plugin's file has a number in its URL.
  const file = urls.get(location.scriptId)?.replace(/^file:\/\/|\?kept=\d+$/g, '') ?? '';
  const place = `${file}:${location.lineNumber + 1}:${(location.columnNumber ?? 0) + 1}`;
  return functionName === '' ? `at ${place}` : `at ${functionName} (${place})`;
}
