import { writeSync } from 'node:fs';

/**
 * Tells ctdbd that this daemon listens: one u32 of 0, within 10 seconds of the start. The descriptor stays open to the end
 * of the daemon; its end of file tells ctdbd that the daemon has died.
 *
 * Source: https://github.com/samba-team/samba/blob/4614f04b062/ctdb/common/sock_daemon.c and server/eventscript.c
 *
 * @throws Error if nothing can be written there: then nobody waits for this daemon.
 */
export function tellReady(startupFd: number): void {
  try {
    writeSync(startupFd, Buffer.alloc(4));
  } catch (error) {
    const why = (error as Error).message;
    throw new Error(`--startup-fd is ${startupFd}, expected a descriptor that can be written to: ${why}`, {
      cause: error,
    });
  }
}
