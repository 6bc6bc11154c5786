import type { Burst } from '../burst.ts';
import { destroySocket, type DiagAnswer } from './diag-message.ts';
import { findSocketsOf, ipOf } from './find-sockets.ts';
import { SeenLinks } from './find-link.ts';
import { findKernelAddresses, type KernelAddress } from './find-address.ts';
import { Firewall } from './firewall.ts';
import type { Kernel } from './kernel.ts';
import type { KernelError } from './kernel-error.ts';
import { bound, harmless } from './socket-states.ts';

/**
 * How long a finding may be used, in milliseconds. This is enough for a burst in which each address takes its usual time,
 * and much less than a block lasts.
 */
const holdsMs = 500;

/**
 * How long "no socket" may be relied upon for an address that is still on the node, in milliseconds. A process of the node
 * may connect from it, and so may a client whose SYN was answered with a cookie. Several addresses are released in that
 * time.
 */
const noSocketHoldsMs = 4;

/** Most sockets that one look may find. If there are more, each address is looked at by itself. */
const socketsMax = 10_000;

/**
 * What the kernel is asked and told once for all addresses of a burst. To answer for one address, the kernel goes through
 * all its sockets and all its addresses.
 *
 * A finding about an address is given out once. Whoever asks first is about to change the address.
 */
export class BurstAhead {
  readonly #kernel: Kernel;
  readonly #burst: Burst;
  readonly #beganMs = performance.now();
  #addresses: Map<string, KernelAddress[]> | undefined;
  #sockets: Map<string, DiagAnswer[]> | undefined;
  #lookedMs = -Infinity;
  /** Addresses that have left since the last look. Nothing was bound to them then. */
  #gone: string[] = [];
  /** Addresses that are blocked, by this release and by earlier ones. */
  readonly #blocked = new Set<string>();
  #left: ReadonlySet<string> | undefined;
  readonly #links: SeenLinks;

  constructor(kernel: Kernel, burst: Burst) {
    this.#kernel = kernel;
    this.#burst = burst;
    this.#links = new SeenLinks(() => kernel.route, true);
    burst.atEnd(() => {
      this.#end();
    });
  }

  /** The interfaces that were seen, as long as they may be used. */
  get links(): SeenLinks | undefined {
    return this.#holds ? this.#links : undefined;
  }

  /** Where an address is that is to be released. Undefined if the kernel has to be asked. Throws KernelError, SocketError. */
  takeAddress(ip: string): KernelAddress[] | undefined {
    if (!this.#holds || this.#burst.event !== 'releaseip') return undefined;
    this.#addresses ??= byIp(
      this.#burst.ips,
      findKernelAddresses(this.#kernel.route),
      (address) => address.ip,
    );
    return take(this.#addresses, ip);
  }

  /** Blocks an address that is on the node, and the addresses that are released next. Throws KernelError, SocketError. */
  block(ip: string, firewall: Firewall): void {
    if (this.#holds && this.#blocked.has(ip)) return;
    const next = this.#holds && this.#sockets === undefined ? this.#onNode() : [];
    firewall.block(ip, next);
    for (const each of [ip, ...next]) this.#blocked.add(each);
  }

  /** Lifts the block of an address, whether it is ours or was left by a killed release. Throws KernelError, SocketError. */
  unblock(ip: string, firewall: Firewall): void {
    if (this.#blocked.delete(ip)) firewall.unblock(ip, this.#holds);
    else if (this.#mayBeBlocked(ip, firewall)) firewall.unblock(ip);
  }

  #mayBeBlocked(ip: string, firewall: Firewall): boolean {
    if (!this.#holds || this.#burst.event !== 'takeip') return true;
    this.#left ??= firewall.findBlocked(this.#burst.ips);
    return this.#left.has(ip);
  }

  /**
   * The sockets bound to an address that is to be taken, or that is blocked. Undefined if the kernel has to be asked.
   * Throws KernelError, SocketError.
   */
  takeSockets(ip: string): DiagAnswer[] | undefined {
    if (!this.#holds) return undefined;
    const isOld = this.#burst.event === 'releaseip' && performance.now() - this.#lookedMs > noSocketHoldsMs;
    if (this.#sockets === undefined || isOld) this.#sockets = this.#findSockets();
    return take(this.#sockets, ip);
  }

  /**
   * Notes that an address has left to which nothing was bound a moment before. Sockets that came since are destroyed with
   * the next look.
   */
  noteGone(ip: string): void {
    this.#gone.push(ip);
  }

  /**
   * Looks for the last time, and lifts the blocks of addresses that were not released after all, so that they are served
   * again.
   */
  #end(): void {
    try {
      const firewall = new Firewall(this.#kernel);
      for (const ip of this.#blocked) firewall.unblock(ip);
    } finally {
      this.#lookLast();
    }
  }

  #lookLast(): void {
    if (this.#gone.length === 0) return;
    const failure = this.#destroyLate(this.#findBound(this.#gone.splice(0)) ?? []);
    if (failure !== undefined) throw failure;
  }

  get #holds(): boolean {
    return performance.now() - this.#beganMs < holdsMs;
  }

  /** The addresses that are still to be released. */
  #onNode(): string[] {
    return [...(this.#addresses ?? [])].flatMap(([ip, found]) => (found.length > 0 ? [ip] : []));
  }

  #findSockets(): Map<string, DiagAnswer[]> {
    const ips = this.#burst.event === 'takeip' ? this.#burst.ips : [...this.#blocked];
    const gone = this.#gone;
    const found = ips.length + gone.length > 1 ? this.#findBound([...ips, ...gone]) : undefined;
    // If there were too many sockets, this is not tried again.
    this.#lookedMs = found === undefined ? Infinity : performance.now();
    if (found === undefined) return new Map<string, DiagAnswer[]>();
    this.#gone = [];
    const known = byIp([...ips, ...gone], found, ipOf);
    this.#destroyLate(gone.flatMap((ip) => take(known, ip) ?? []));
    return known;
  }

  #findBound(ips: readonly string[]): DiagAnswer[] | undefined {
    return findSocketsOf(this.#kernel.sockDiag, ips, bound, socketsMax);
  }

  /**
   * Destroys sockets of addresses that are gone. Their clients cannot be told; but if an address came back, the sockets
   * would still be there. A failure is tried once more at the end. Answers the first failure.
   */
  #destroyLate(sockets: readonly DiagAnswer[]): KernelError | undefined {
    const failures = this.#kernel.sockDiag
      .changeMany(sockets.map(destroySocket))
      .map((error) => (error === undefined || harmless.includes(error.code) ? undefined : error));
    this.#gone.push(...sockets.filter((_socket, index) => failures[index] !== undefined).map(ipOf));
    return failures.find((failure) => failure !== undefined);
  }
}

function byIp<T>(ips: readonly string[], found: readonly T[], ipOf: (each: T) => string): Map<string, T[]> {
  const known = new Map<string, T[]>(ips.map((ip) => [ip, []]));
  for (const each of found) known.get(ipOf(each))?.push(each);
  return known;
}

function take<T>(known: Map<string, T>, ip: string): T | undefined {
  const found = known.get(ip);
  known.delete(ip);
  return found;
}
