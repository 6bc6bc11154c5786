import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { ctdbWords } from '../../ctdb-installation/ctdb-words.ts';
import type { Observing } from '../../plugin-api/context.ts';
import type { Environment } from '../../process/environment.ts';
import { errnoOf } from '../../process/errno-error.ts';
import { type Libc, loadLibc } from '../../process/libc.ts';
import { shellStatus } from '../../process/shell-status.ts';

/** From <bits/socket.h> of Linux on x64 and arm64. */
const AF_INET = 2;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = 0o2000000;

/** Makes `checkTcpPort`; the command itself is run where koffi does not load. */
export function createCheckTcpPort(
  run: Observing<unknown>['run'],
  environment: Environment,
): Observing<unknown>['checkTcpPort'] {
  return async (port) => {
    const libc = await loadLibc().catch(() => undefined);
    if (libc !== undefined) return bindAlone(libc, port);
    return shellStatus(await run([...ctdbWords(environment), 'checktcpport', String(port)]));
  };
}

/**
 * What bind(2) says, without SO_REUSEADDR, which Node cannot do without: with it a port would be free that a connection of
 * a child holds, or one in TIME-WAIT, as after a restart of smbd.
 */
function bindAlone(libc: Libc, port: number): number {
  try {
    const fd = libc.call('socket', AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    try {
      libc.call('bind', fd, anyAddress(port), sockaddrBytes);
      return 0;
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    const code = errnoOf(error);
    if (code === undefined) throw error;
    return errnoByName[code] ?? constants.errno.EIO;
  }
}

/** `struct sockaddr_in`: the family in the processor's byte order, the port in the network's, 0.0.0.0 and padding. */
const sockaddrBytes = 16;

function anyAddress(port: number): Buffer {
  const address = Buffer.alloc(sockaddrBytes);
  address.writeUInt16LE(AF_INET, 0);
  address.writeUInt16BE(port, 2);
  return address;
}

const errnoByName: Readonly<Record<string, number | undefined>> = constants.errno;
