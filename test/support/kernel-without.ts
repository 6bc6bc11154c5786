import { encode } from '../../core/codec/codec.ts';
import { i32 } from '../../core/codec/numbers.ts';
import { loadKoffi } from '../../core/libc/load-koffi.ts';
import { Kernel } from '../../core/network/netlink/kernel.ts';
import { netlinkOverLibc, protocols } from '../../core/network/netlink/libc-transport.ts';
import { eachMessage, header } from '../../core/network/netlink/message.ts';
import { SocketError, type Transport } from '../../core/network/netlink/transport.ts';

/** The kernel there is, as if it had been built without `nftables` or `SOCK_DESTROY`: it refuses that in the same way. */
export async function kernelWithout(part: string): Promise<Kernel> {
  const open = netlinkOverLibc(await loadKoffi());
  return new Kernel((protocol) => {
    if (part === 'nftables' && protocol === protocols.netfilter)
      throw new SocketError('socket', 'EPROTONOSUPPORT', 'Protocol not supported');
    const real = open(protocol);
    return part === 'SOCK_DESTROY' && protocol === protocols.sockDiag ? refusingToDestroy(real) : real;
  });
}

const SOCK_DESTROY = 21;
const NLMSG_ERROR = 2;
const EOPNOTSUPP = 95;

function refusingToDestroy(real: Transport): Transport {
  const refusals: Buffer[] = [];
  return {
    ...real,
    send(bytes) {
      eachMessage(bytes, (head, start) => {
        if (head.type !== SOCK_DESTROY) return;
        const request = bytes.subarray(start - 16, start);
        const refusal = { length: 36, type: NLMSG_ERROR, flags: 0x100, seq: head.seq, pid: 1 };
        refusals.push(Buffer.concat([encode(header, refusal), encode(i32, -EOPNOTSUPP), request]));
      });
      if (refusals.length === 0) real.send(bytes);
    },
    receive: () => refusals.shift() ?? real.receive(),
  };
}
