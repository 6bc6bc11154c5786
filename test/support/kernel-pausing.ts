import { existsSync, writeFileSync } from 'node:fs';
import { RTM_DELADDR } from '../../core/network/netlink/address-message.ts';
import { Kernel } from '../../core/network/netlink/kernel.ts';
import { netlinkOverLibc, protocols } from '../../core/network/netlink/libc-transport.ts';
import { eachMessage } from '../../core/network/netlink/message.ts';
import type { KernelTransport } from '../../core/network/netlink/transport.ts';
import { loadKoffi } from '../../core/libc/load-koffi.ts';

/** Longest pause, in milliseconds. */
const pauseMs = 30_000;

/**
 * The kernel there is, as if this process were held up just before each address is deleted, when nobody looks for
 * connections any more: it makes the file `PATH.reached` and waits until there is `PATH.go`.
 */
export function kernelPausing(path: string): Kernel {
  const open = netlinkOverLibc(loadKoffi());
  return new Kernel((protocol) => {
    const real = open(protocol);
    return protocol === protocols.route ? pausingAtDelete(real, path) : real;
  });
}

const pausingAtDelete = (real: KernelTransport, path: string): KernelTransport => ({
  send(bytes) {
    const types: number[] = [];
    eachMessage(bytes, ({ type }) => types.push(type));
    if (types.includes(RTM_DELADDR)) pause(path);
    real.send(bytes);
  },
  receive: () => real.receive(),
  textOf: (errno) => real.textOf(errno),
  close: () => {
    real.close();
  },
});

/** Holds up the whole process, as the kernel does. */
function pause(path: string): void {
  writeFileSync(`${path}.reached`, '');
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (let waitedMs = 0; !existsSync(`${path}.go`); waitedMs += 5) {
    if (waitedMs > pauseMs) throw new Error(`no ${path}.go within ${pauseMs} ms`);
    Atomics.wait(never, 0, 0, 5);
  }
}
