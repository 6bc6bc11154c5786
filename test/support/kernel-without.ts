import { encode } from '../../core/codec/codec.ts';
import { i32 } from '../../core/codec/numbers.ts';
import { loadKoffi } from '../../core/libc/load-koffi.ts';
import { Kernel } from '../../core/network/netlink/kernel.ts';
import { netlinkOverLibc, protocols } from '../../core/network/netlink/libc-transport.ts';
import { eachMessage, header } from '../../core/network/netlink/message.ts';
import { SocketError, type KernelTransport } from '../../core/network/netlink/transport.ts';

/**
 * The kernel there is, as if it had been built without `nftables`, `SOCK_DESTROY` or `tcp_diag`: it refuses that in the same
 * way. Without `patience`, the first answer to each dump is given up before it is read; the kernel is as it is.
 */
export function kernelWithout(part: string): Kernel {
  const open = netlinkOverLibc(loadKoffi());
  return new Kernel((protocol) => {
    if (part === 'nftables' && protocol === protocols.netfilter)
      throw new SocketError('socket', 'EPROTONOSUPPORT', 'Protocol not supported');
    const real = open(protocol);
    if (part === 'tcp_diag' && protocol === protocols.sockDiag) return refusing(real, () => true, ENOENT);
    if (part === 'patience') return impatient(real);
    return part === 'SOCK_DESTROY' && protocol === protocols.sockDiag
      ? refusing(real, (type) => type === SOCK_DESTROY, EOPNOTSUPP)
      : real;
  });
}

const SOCK_DESTROY = 21;
const NLMSG_ERROR = 2;
const ENOENT = 2;
const EOPNOTSUPP = 95;
const NLM_F_DUMP = 0x300;

/** Gives up once after each of the first two dumps that are asked for: a process that was stopped for seconds has. */
function impatient(real: KernelTransport): KernelTransport {
  let isGivenUp = false;
  return {
    ...real,
    send(bytes) {
      eachMessage(bytes, (head) => {
        if ((head.flags & NLM_F_DUMP) === NLM_F_DUMP && givenUp < 2) isGivenUp = true;
      });
      real.send(bytes);
    },
    receive() {
      if (!isGivenUp) return real.receive();
      isGivenUp = false;
      givenUp += 1;
      throw new SocketError('recv', 'EAGAIN', 'no answer within 5000 ms');
    },
  };
}

let givenUp = 0;

function refusing(
  real: KernelTransport,
  isRefused: (type: number) => boolean,
  errno: number,
): KernelTransport {
  const refusals: Buffer[] = [];
  return {
    ...real,
    send(bytes) {
      eachMessage(bytes, (head, start) => {
        if (!isRefused(head.type)) return;
        const request = bytes.subarray(start - 16, start);
        const refusal = { length: 36, type: NLMSG_ERROR, flags: 0x100, seq: head.seq, pid: 1 };
        refusals.push(Buffer.concat([encode(header, refusal), encode(i32, -errno), request]));
      });
      if (refusals.length === 0) real.send(bytes);
    },
    receive: () => refusals.shift() ?? real.receive(),
  };
}
