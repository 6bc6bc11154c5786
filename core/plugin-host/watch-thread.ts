/**
 * The thread of a plugin host that can say where the main thread is when that does not answer.
 *
 * It reads a descriptor of its own. When the daemon is gone or has closed it, the host has no purpose any more. The thread
 * then ends the host, even if the main thread is blocked.
 */
import { Socket } from 'node:net';
import { killSession } from '../process/kill-session.ts';
import { findMainStack } from '../process/find-main-stack.ts';
import { MessageLink } from './link.ts';
import { fromWatch, toWatch, watchFd } from './messages.ts';

/** How long the main thread may take to stop at a line, in milliseconds: the daemon waits little longer. */
const pauseMs = 450;

/** How long the main thread may take to end by itself when the daemon is gone, in milliseconds. */
const endMs = 1_000;

const { pid } = process;

const codecs = { incoming: toWatch, outgoing: fromWatch };
const link = new MessageLink(new Socket({ fd: watchFd }), codecs, {
  onMessage() {
    void findMainStack(pauseMs).then((stack) => {
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
