import { join } from 'node:path';

/** The files of CTDB's event daemon and of ctdbd in CTDB's run directory; the socket of ctdbd is elsewhere in some releases. */
export const runDirectoryFiles = (runDir: string) => ({
  eventdSocket: join(runDir, 'eventd.socket'),
  eventdPidFile: join(runDir, 'eventd.pid'),
  ctdbdPidFile: join(runDir, 'ctdbd.pid'),
});
