import { killtcp } from '../commands/killtcp.ts';
import { resetConnections } from '../commands/reset-connections.ts';
import type { Connection, ResetOutcome, ResetTarget } from '../network.ts';
import type { TcpReset } from '../tcp-reset.ts';
import { destroySocket, type DiagAnswer } from './diag-message.ts';
import { connectionOf, findSockets, isIn, localPort } from './find-sockets.ts';
import { isKernelError, KernelError } from './kernel-error.ts';
import type { NetlinkSetting } from './setting.ts';
import { inSilence } from './silence.ts';
import { bound, halfOpen, harmless } from './socket-states.ts';
import { SocketError } from './transport.ts';

/** How many rounds of destroying and looking again there are. New connections are blocked, so few come meanwhile. */
const roundsMax = 5;

/** How a socket is reset. */
type PolicyOf = (socket: DiagAnswer) => ReturnType<TcpReset>;

/** What has to be done after the delete of an address whose connections were reset before it. */
interface Unfinished {
  readonly policyOf: PolicyOf;
  /** How many connections there were before, if the count is still to be reported. */
  readonly total: number | undefined;
}

/** The result of destroying sockets. */
interface Destroyed {
  /** Whether this kernel cannot destroy sockets. */
  readonly isRefused: boolean;
  /** Everything bound to the address afterwards, or undefined if the kernel could not be asked. */
  readonly left: readonly DiagAnswer[] | undefined;
}

/**
 * Destroys sockets that are bound to an address that leaves.
 *
 * While the address is on the node, destroying a socket also resets the client. Sockets of ports with the policy
 * `server-end` are destroyed after the address has left, because nothing can be sent from it then. If there are any, the
 * count waits as well.
 */
export class SocketReset {
  readonly #setting: NetlinkSetting;
  readonly #unfinished = new Map<string, Unfinished>();
  /** Addresses to which nothing is bound and nothing can connect. */
  readonly #finished = new Set<string>();

  constructor(setting: NetlinkSetting) {
    this.#setting = setting;
  }

  /**
   * Destroys, before the delete, the sockets whose policy is `both-ends`. Answers the count, unless some are left for
   * later.
   *
   * @param isBlocked whether new connections are blocked meanwhile.
   */
  async *reset(target: ResetTarget, isBlocked: boolean): AsyncGenerator<ResetOutcome, void, undefined> {
    const { ip } = target;
    this.#setting.runner.signal.throwIfAborted();
    const found = this.#attempt(() => this.#findFirst(ip));
    if (found === undefined) {
      // If the kernel does not list sockets, as without its module tcp_diag, ss reads /proc.
      const { findTcpReset, runner } = this.#setting;
      yield* resetConnections(target, findTcpReset, runner);
      return;
    }
    if (found.length === 0) {
      // Nothing is half open either. So nothing can come while new connections are blocked.
      if (isBlocked) this.#finished.add(ip);
      return;
    }
    const connections = found.filter((socket) => !isIn(socket, halfOpen));
    const total = connections.length;
    const texts = connections.map(connectionOf);
    const isTickled = await this.#willBeTickled(target, connections);
    const tcpReset = await this.#setting.findTcpReset();
    // One that was half open a moment ago may be a connection by now, of which nobody was told.
    const tickled = new Set(isTickled ? texts.map(textOf) : []);
    const policyOf: PolicyOf = (socket) =>
      tcpReset(localPort(socket), isTickled && tickled.has(textOf(connectionOf(socket))));
    const isLater = connections.some((socket) => policyOf(socket) === 'server-end');
    const { isRefused, left } = this.#destroyBothEnds(ip, policyOf, found);
    if (isRefused || (isLater && !this.#canDestroy(connections))) {
      if (total > 0) yield await this.#resetByPackets(target, texts);
      return;
    }
    this.#unfinished.set(ip, { policyOf, total: isLater ? total : undefined });
    if (total > 0 && !isLater) yield countOf(total, left);
  }

  /** Where the kernel destroys no sockets, ctdb_killtcp takes too long between the list and the delete. */
  async #willBeTickled({ willBeTickled }: ResetTarget, connections: readonly DiagAnswer[]): Promise<boolean> {
    if (willBeTickled === undefined || connections.length === 0 || !this.#canDestroy(connections))
      return false;
    return willBeTickled(connections.map(connectionOf));
  }

  /** Destroys once more, at the last moment before the delete: half-open sockets may have become connections. */
  sweep(ip: string): void {
    const unfinished = this.#unfinished.get(ip);
    if (unfinished !== undefined) this.#destroyBothEnds(ip, unfinished.policyOf);
  }

  /** Destroys everything that is left, after the delete. Answers the count if it was not reported before. */
  finish({ ip }: ResetTarget): ResetOutcome | undefined {
    if (this.#finished.delete(ip)) {
      this.#setting.ahead?.noteGone(ip);
      return undefined; // A look through all sockets takes longer than the delete of the address.
    }
    const total = this.#unfinished.get(ip)?.total;
    this.#unfinished.delete(ip);
    const { kernel, attempt } = this.#setting;
    const found = this.#attempt(() => this.#find(ip));
    const { left } =
      found?.length === 0
        ? { left: found }
        : inSilence(kernel, ip, attempt, () => this.#rounds(ip, () => true, found));
    return total === undefined ? undefined : countOf(total, left);
  }

  /** Whether anything is bound to an address. */
  areThere(ip: string): boolean {
    return (this.#attempt(() => this.#findFirst(ip)) ?? []).length > 0;
  }

  /** Destroys everything that is bound to an address that is not on this node. Clients cannot be told then. */
  destroyAll(ip: string): void {
    this.#rounds(ip, () => true);
  }

  #destroyBothEnds(ip: string, policyOf: PolicyOf, found?: readonly DiagAnswer[]): Destroyed {
    return this.#rounds(ip, (socket) => policyOf(socket) === 'both-ends', found);
  }

  /**
   * Destroys sockets and looks again, until none is left for which `isMeant` is true. `found` are the sockets that were
   * seen already.
   */
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
    // Older kernels refuse sockets without an owner with the same errno. Of the others they refuse all or none.
    const isUnsupported = sockets.some(
      (socket, index) => isIn(socket, ['established']) && isKernelError(errors[index], 'ENOTSUP'),
    );
    if (isUnsupported) return 'unsupported';
    const failure = errors.find((error) => error !== undefined && !harmless.includes(error.code));
    if (failure !== undefined) this.#setting.runner.log(failure.message);
    const isMoving = errors.some((error) => error === undefined || error.code === 'ENOENT');
    return failure === undefined && isMoving ? 'done' : 'stuck';
  }

  /**
   * Whether the kernel can destroy sockets. The question names a socket that does not exist: the kernel looks for a way to
   * destroy before it looks for the socket.
   */
  #canDestroy([first]: readonly DiagAnswer[]): boolean {
    if (first === undefined) return true;
    const id = Buffer.from(first.id).fill(0, 0, 4);
    const [error] =
      this.#attempt(() => this.#setting.kernel.sockDiag.changeMany([destroySocket({ ...first, id })])) ?? [];
    return !isKernelError(error, 'ENOTSUP');
  }

  /** Resets by ctdb_killtcp, which sends the packets itself. It serves kernels that were built without INET_DIAG_DESTROY. */
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

  /** Asks the kernel. A failure is shown and goes no further: an address must be released all the same. */
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

const textOf = ({ server, client }: Connection): string => `${server} ${client}`;

function countOf(total: number, left: readonly DiagAnswer[] | undefined): ResetOutcome {
  if (left === undefined) return { kind: 'failed' };
  const remaining = left.filter((socket) => !isIn(socket, halfOpen)).map(connectionOf);
  return { kind: 'counted', killed: Math.max(0, total - remaining.length), total, remaining };
}
