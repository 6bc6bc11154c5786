import { killtcp } from '../commands/killtcp.ts';
import type { Connection, ResetOutcome, ResetTarget } from '../network.ts';
import type { TcpReset } from '../tcp-reset.ts';
import { destroySocket, type DiagAnswer, type TcpState } from './diag-message.ts';
import { connectionOf, findSockets, isIn, localPort } from './find-sockets.ts';
import { isKernelError } from './kernel-error.ts';
import type { NetlinkSetting } from './setting.ts';
import { SocketError } from './transport.ts';

/** Half-open connections have no process yet, and nobody counts them. */
const halfOpen = ['synSent', 'synReceived', 'newSynReceived'] as const satisfies readonly TcpState[];

/** All that holds on to an address, but for listeners: also what one end or both have closed. */
const bound = [
  ...halfOpen,
  'established',
  'finWait1',
  'finWait2',
  'closeWait',
  'lastAck',
  'closing',
] as const satisfies readonly TcpState[];

/** How often is looked again for what came in meanwhile: new connections are blocked, so there is little. */
const roundsMax = 5;

/** The socket is gone already, or is of the kind that older kernels do not destroy. */
const harmless: readonly string[] = ['ENOENT', 'ENOTSUP'];

/** What is to be done after the delete of an address whose connections were reset before it. */
interface Unfinished {
  readonly tcpReset: TcpReset;
  /** How many connections there were before, where that is still to be told. */
  readonly total: number | undefined;
}

/**
 * Destroys sockets bound to an address that leaves.
 *
 * While the address is on the node, destroying a socket resets the client as well. Where a port's manner is `server-end`
 * that waits until the address is gone, for nothing can be sent from it then; so does the count, if there are any.
 */
export class SocketReset {
  readonly #setting: NetlinkSetting;
  readonly #unfinished = new Map<string, Unfinished>();

  constructor(setting: NetlinkSetting) {
    this.#setting = setting;
  }

  /** Before the delete: what can be told to both ends, and the count, unless some are left for after it. */
  async *reset(target: ResetTarget): AsyncGenerator<ResetOutcome, void, undefined> {
    const { ip } = target;
    const found = this.#attempt(() => this.#find(ip));
    if (found === undefined) {
      yield { kind: 'failed' };
      return;
    }
    // Nothing is half open either, so nothing can come while new connections are blocked.
    if (found.length === 0) return;
    const tcpReset = await this.#setting.findTcpReset();
    const connections = found.filter((socket) => !isIn(socket, halfOpen));
    const count = connections.length;
    const isLater = connections.some((socket) => tcpReset(localPort(socket)) === 'server-end');
    const refused = this.#destroyBothEnds(ip, tcpReset);
    if (refused || (isLater && !this.#canDestroy(connections))) {
      if (count > 0) yield await this.#resetByPackets(target, connections.map(connectionOf));
      return;
    }
    this.#unfinished.set(ip, { tcpReset, total: isLater ? count : undefined });
    if (count > 0 && !isLater) yield this.#countOf(ip, count);
  }

  /** At the last moment before the delete: what was half open may have become a connection. */
  sweep(ip: string): void {
    const unfinished = this.#unfinished.get(ip);
    if (unfinished !== undefined) this.#destroyBothEnds(ip, unfinished.tcpReset);
  }

  /** After the delete: all that is left. Answers the count if it was not told before. */
  finish({ ip }: ResetTarget): ResetOutcome | undefined {
    const total = this.#unfinished.get(ip)?.total;
    this.#unfinished.delete(ip);
    this.destroyAll(ip);
    return total === undefined ? undefined : this.#countOf(ip, total);
  }

  /** Destroys all that is bound to an address that is not on this node: nobody can be told. */
  destroyAll(ip: string): void {
    this.#rounds(ip, () => true);
  }

  #destroyBothEnds(ip: string, tcpReset: TcpReset): boolean {
    return this.#rounds(ip, (socket) => tcpReset(localPort(socket)) === 'both-ends');
  }

  /** Destroys until nothing is left that it may. Answers whether this kernel cannot. */
  #rounds(ip: string, isMeant: (socket: DiagAnswer) => boolean): boolean {
    for (let round = 1; round <= roundsMax; round += 1) {
      const sockets = (this.#attempt(() => this.#find(ip)) ?? []).filter(isMeant);
      if (sockets.length === 0) return false;
      const outcome = this.#attempt(() => this.#destroy(sockets)) ?? 'stuck';
      if (outcome !== 'done') return outcome === 'unsupported';
    }
    return false;
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

  #countOf(ip: string, total: number): ResetOutcome {
    const left = (this.#attempt(() => this.#find(ip)) ?? []).filter((socket) => !isIn(socket, halfOpen));
    const killed = Math.max(0, total - left.length);
    return { kind: 'counted', killed, total, remaining: left.map(connectionOf) };
  }

  /** By ctdb_killtcp, which sends resets itself, where the kernel was built without INET_DIAG_DESTROY. */
  async #resetByPackets(target: ResetTarget, found: readonly Connection[]): Promise<ResetOutcome> {
    const { findTcpReset, runner } = this.#setting;
    return killtcp(target, found, findTcpReset, runner, () => {
      return Promise.resolve(this.#attempt(() => this.#find(target.ip))?.map(connectionOf));
    });
  }

  #find(ip: string): DiagAnswer[] {
    return findSockets(this.#setting.kernel.sockDiag, ip, bound);
  }

  /** What the kernel says of a failure is shown: an address must be released all the same. */
  #attempt<T>(ask: () => T): T | undefined {
    try {
      return ask();
    } catch (error) {
      if (!isKernelError(error) && !(error instanceof SocketError)) throw error;
      this.#setting.runner.log(error.message);
      return undefined;
    }
  }
}
