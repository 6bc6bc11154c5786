import type { Burst } from '../burst.ts';
import type { DiagAnswer } from './diag-message.ts';
import { findSocketsOf, ipOf } from './find-sockets.ts';
import { SeenLinks } from './find-link.ts';
import { findKernelAddresses, type KernelAddress } from './find-address.ts';
import type { Firewall } from './firewall.ts';
import type { Kernel } from './kernel.ts';
import { bound } from './socket-states.ts';

/**
 * How long what was found holds, in milliseconds: enough for a burst of which each address takes what it should, and much less
 * than a block lasts.
 */
const holdsMs = 500;

/** Most sockets that are looked at together: with more, those of each address are. */
const socketsMax = 10_000;

/**
 * What the kernel is asked and told once for all addresses of a burst: to say something of one, it goes through all its
 * sockets and all its addresses.
 *
 * What was found of an address is given out once, to the first who asks, because that is who changes it.
 */
export class BurstAhead {
  readonly #kernel: Kernel;
  readonly #burst: Burst;
  readonly #beganMs = performance.now();
  #addresses: Map<string, KernelAddress[]> | undefined;
  #sockets: Map<string, DiagAnswer[]> | undefined;
  /** Addresses that are blocked, by us and by releases before. */
  readonly #blocked = new Set<string>();
  #left: ReadonlySet<string> | undefined;
  readonly #links: SeenLinks;

  constructor(kernel: Kernel, burst: Burst) {
    this.#kernel = kernel;
    this.#burst = burst;
    this.#links = new SeenLinks(() => kernel.route, true);
  }

  /** The interfaces that were seen. */
  get links(): SeenLinks | undefined {
    return this.#holds ? this.#links : undefined;
  }

  /** Where an address is that is to be released; undefined if that has to be asked. Throws KernelError, SocketError. */
  takeAddress(ip: string): KernelAddress[] | undefined {
    if (!this.#holds || this.#burst.event !== 'releaseip') return undefined;
    this.#addresses ??= byIp(
      this.#burst.ips,
      findKernelAddresses(this.#kernel.route),
      (address) => address.ip,
    );
    return take(this.#addresses, ip);
  }

  /** Blocks an address that is on the node, and those that are released next. Throws KernelError, SocketError. */
  block(ip: string, firewall: Firewall): void {
    if (this.#holds && this.#blocked.has(ip)) return;
    const next = this.#holds && this.#sockets === undefined ? this.#onNode() : [];
    firewall.block([ip, ...next]);
    for (const each of [ip, ...next]) this.#blocked.add(each);
  }

  /** Lifts the block of an address, be it ours or what a killed release left. Throws KernelError, SocketError. */
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
   * What is bound to an address that is to be taken, or that is blocked; undefined if that has to be asked.
   * Throws KernelError, SocketError.
   */
  takeSockets(ip: string): DiagAnswer[] | undefined {
    if (!this.#holds) return undefined;
    this.#sockets ??= this.#findSockets();
    return take(this.#sockets, ip);
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
    const found = ips.length > 1 ? findSocketsOf(this.#kernel.sockDiag, ips, bound, socketsMax) : undefined;
    return found === undefined ? new Map<string, DiagAnswer[]>() : byIp(ips, found, ipOf);
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
