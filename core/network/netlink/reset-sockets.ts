import { killtcp } from '../commands/killtcp.ts';
import { resetConnections } from '../commands/reset-connections.ts';
import type { Connection, ResetOutcome, ResetTarget } from '../network.ts';
import type { TcpReset } from '../tcp-reset.ts';
import { destroySocket, type DiagAnswer } from './diag-message.ts';
import { connectionOf, findSockets, isIn, localPort } from './find-sockets.ts';
import { isKernelError, KernelError } from './kernel-error.ts';
import type { NetlinkSetting } from './setting.ts';
import { bound, halfOpen, harmless } from './socket-states.ts';
import { SocketError } from './transport.ts';

/** How often is looked again for what came in meanwhile: new connections are blocked, so there is little. */
const roundsMax = 5;

/** What is to be done after the delete of an address whose connections were reset before it. */
interface Unfinished {
  readonly tcpReset: TcpReset;
  /** How many connections there were before, where that is still to be told. */
  readonly total: number | undefined;
}

/** What became of sockets that were to be destroyed. */
interface Destroyed {
  /** Whether this kernel cannot destroy sockets. */
  readonly isRefused: boolean;
  /** Everything bound to the address afterwards, or undefined if the kernel could not be asked. */
  readonly left: readonly DiagAnswer[] | undefined;
}

/**
 * Destroys sockets bound to an address that leaves.
 *
 * While the address is on the node, destroying a socket resets the client as well. Where a port's policy is `server-end`
 * that waits until the address is gone, for nothing can be sent from it then; so does the count, if there are any.
 */
export class SocketReset {
  readonly #setting: NetlinkSetting;
  readonly #unfinished = new Map<string, Unfinished>();
  /** Addresses of which nothing is left and nothing can come. */
  readonly #finished = new Set<string>();

  constructor(setting: NetlinkSetting) {
    this.#setting = setting;
  }

  /**
   * Before the delete: what can be told to both ends, and the count, unless some are left for after it.
   *
   * @param isBlocked whether new connections are kept off meanwhile.
   */
  async *reset(target: ResetTarget, isBlocked: boolean): AsyncGenerator<ResetOutcome, void, undefined> {
    const { ip } = target;
    this.#setting.runner.signal.throwIfAborted();
    const found = this.#attempt(() => this.#findFirst(ip));
    if (found === undefined) {
      // Where the kernel does not tell of sockets, as without its module tcp_diag, ss reads /proc.
      const { findTcpReset, runner } = this.#setting;
      yield* resetConnections(target, findTcpReset, runner);
      return;
    }
    if (found.length === 0) {
      // Nothing is half open either, so nothing can come while new connections are blocked.
      if (isBlocked) this.#finished.add(ip);
      return;
    }
    const tcpReset = await this.#setting.findTcpReset();
    const connections = found.filter((socket) => !isIn(socket, halfOpen));
    const total = connections.length;
    const isLater = connections.some((socket) => tcpReset(localPort(socket)) === 'server-end');
    const { isRefused, left } = this.#destroyBothEnds(ip, tcpReset, found);
    if (isRefused || (isLater && !this.#canDestroy(connections))) {
      if (total > 0) yield await this.#resetByPackets(target, connections.map(connectionOf));
      return;
    }
    this.#unfinished.set(ip, { tcpReset, total: isLater ? total : undefined });
    if (total > 0 && !isLater) yield countOf(total, left);
  }

  /** At the last moment before the delete: what was half open may have become a connection. */
  sweep(ip: string): void {
    const unfinished = this.#unfinished.get(ip);
    if (unfinished !== undefined) this.#destroyBothEnds(ip, unfinished.tcpReset);
  }

  /** After the delete: all that is left. Answers the count if it was not told before. */
  finish({ ip }: ResetTarget): ResetOutcome | undefined {
    if (this.#finished.delete(ip)) {
      this.#setting.ahead?.noteGone(ip);
      return undefined; // To look through all sockets takes longer than to delete the address.
    }
    const total = this.#unfinished.get(ip)?.total;
    this.#unfinished.delete(ip);
    const { left } = this.#rounds(ip, () => true);
    return total === undefined ? undefined : countOf(total, left);
  }

  /** Whether anything is bound to an address. */
  areThere(ip: string): boolean {
    return (this.#attempt(() => this.#findFirst(ip)) ?? []).length > 0;
  }

  /** Destroys all that is bound to an address that is not on this node: nobody can be told. */
  destroyAll(ip: string): void {
    this.#rounds(ip, () => true);
  }

  #destroyBothEnds(ip: string, tcpReset: TcpReset, found?: readonly DiagAnswer[]): Destroyed {
    return this.#rounds(ip, (socket) => tcpReset(localPort(socket)) === 'both-ends', found);
  }

  /** Destroys and looks again until nothing is left that it may destroy; `found` is what was seen already. */
  #rounds(
    ip: string,
    isMeant: (socket: DiagAnswer) => boolean,
    found: readonly DiagAnswer[] | undefined = this.#attempt(() => this.#find(ip)),
  ): Destroyed {
    let left = found;
    for (let round = 1; round <= roundsMax; round += 1) {
      const sockets = (left ?? []).filter(isMeant);
      if (sockets.length === 0) break;
      const outcome = this.#attempt(() => this.#destroy(sockets)) ?? 'stuck';
      if (outcome === 'unsupported') return { isRefused: true, left };
      left = this.#attempt(() => this.#find(ip));
      if (outcome === 'stuck') break;
    }
    return { isRefused: false, left };
  }

  #destroy(sockets: readonly DiagAnswer[]): 'done' | 'unsupported' | 'stuck' {
    const errors = this.#setting.kernel.sockDiag.changeMany(sockets.map(destroySocket));
    // Older kernels refuse sockets that nobody has open any more, in the same word; of the others all or none is refused.
    const isUnsupported = sockets.some(
      (socket, index) => isIn(socket, ['established']) && isKernelError(errors[index], 'ENOTSUP'),
    );
    if (isUnsupported) return 'unsupported';
    const failure = errors.find((error) => error !== undefined && !harmless.includes(error.code));
    if (failure !== undefined) this.#setting.runner.log(failure.message);
    const isMoving = errors.some((error) => error === undefined || error.code === 'ENOENT');
    return failure === undefined && isMoving ? 'done' : 'stuck';
  }

  /** Asked with a socket that is not there: the kernel looks for a way to destroy before it looks for the socket. */
  #canDestroy([first]: readonly DiagAnswer[]): boolean {
    if (first === undefined) return true;
    const id = Buffer.from(first.id).fill(0, 0, 4);
    const [error] =
      this.#attempt(() => this.#setting.kernel.sockDiag.changeMany([destroySocket({ ...first, id })])) ?? [];
    return !isKernelError(error, 'ENOTSUP');
  }

  /** By ctdb_killtcp, which sends resets itself, where the kernel was built without INET_DIAG_DESTROY. */
  async #resetByPackets(target: ResetTarget, found: readonly Connection[]): Promise<ResetOutcome> {
    const { findTcpReset, runner } = this.#setting;
    return killtcp(target, found, findTcpReset, runner, () => {
      return Promise.resolve(this.#attempt(() => this.#find(target.ip))?.map(connectionOf));
    });
  }

  #findFirst(ip: string): DiagAnswer[] {
    return this.#setting.ahead?.takeSockets(ip) ?? this.#find(ip);
  }

  #find(ip: string): DiagAnswer[] {
    return findSockets(this.#setting.kernel.sockDiag, ip, bound);
  }

  /** What the kernel says of a failure is shown: an address must be released all the same. */
  #attempt<T>(ask: () => T): T | undefined {
    try {
      return ask();
    } catch (error) {
      if (!(error instanceof KernelError) && !(error instanceof SocketError)) throw error;
      this.#setting.runner.log(error.message);
      return undefined;
    }
  }
}

function countOf(total: number, left: readonly DiagAnswer[] | undefined): ResetOutcome {
  if (left === undefined) return { kind: 'failed' };
  const remaining = left.filter((socket) => !isIn(socket, halfOpen)).map(connectionOf);
  return { kind: 'counted', killed: Math.max(0, total - remaining.length), total, remaining };
}
