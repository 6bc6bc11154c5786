import { canonicalIp, isIpv6, type PublicAddress } from '../../events/address.ts';
import type { Bond, Connection, NamedAddress } from '../../network/network.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What a test says of a network interface. */
export interface FakeLinkGiven {
  /** Whether it is set up; true by default. */
  readonly isUp?: boolean;
  /** Whether a cable is in it; true by default. */
  readonly hasCable?: boolean;
  readonly altnames?: readonly string[];
  /** The interface below it, such as `bond0` for the VLAN `bond0.7`. */
  readonly over?: string;
  /** What the bonding driver says, for a bond. */
  readonly bond?: Bond;
}

interface FakeLink extends Required<Pick<FakeLinkGiven, 'altnames'>> {
  readonly name: string;
  isUp: boolean;
  hasCable: boolean;
  readonly over: string | undefined;
  bond: Bond | undefined;
  /** Whether a secondary address takes the place of the primary one of its subnet (promote_secondaries). */
  promotes: boolean;
}

/** An address as the fake kernel has it. */
export interface KernelAddress {
  readonly device: string;
  readonly ip: string;
  readonly maskBits: number;
  /** Whether it is of IPv4, and not the first of its subnet on its interface. */
  readonly isSecondary: boolean;
  /** When duplicate address detection ends, by the node's clock; undefined for IPv4, which has none. */
  readonly detectedAtMs?: number;
}

/** A connection of the fake kernel. */
export interface KernelConnection extends Connection {
  readonly ip: string;
  readonly port: number;
}

/** How a connection ended: whether its client was told by a reset. */
export interface EndedConnection extends Connection {
  readonly isClientTold: boolean;
}

/** How long duplicate address detection takes with the kernel's defaults, in milliseconds: one probe, and up to a second before it. */
const detectionMs = 2000;

/** An error of the kernel in the words of iproute2. */
export class KernelRefusal extends Error {
  override name = 'KernelRefusal';
}

/** Links, addresses, connections and blocks of a fake node. */
export class FakeKernel {
  readonly #clock: VirtualClock;
  readonly #links = new Map<string, FakeLink>();
  #addresses: KernelAddress[] = [];
  #connections: KernelConnection[] = [];
  readonly #ended: EndedConnection[] = [];
  readonly #elsewhere = new Set<string>();
  #ports = 40_000;
  /** The addresses to which new connections are dropped. */
  readonly blocked = new Set<string>();

  constructor(clock: VirtualClock) {
    this.#clock = clock;
    this.link('lo');
    this.add({ iface: 'lo', ip: '127.0.0.1', maskBits: 8 });
    this.add({ iface: 'lo', ip: '::1', maskBits: 128 });
  }

  /** Says that there is an interface, or what it is like now. */
  link(name: string, given: FakeLinkGiven = {}): void {
    const { isUp = true, hasCable = true, altnames = [], over, bond } = given;
    const promotes = this.#links.get(name)?.promotes ?? false;
    this.#links.set(name, { name, isUp, hasCable, altnames, over, bond, promotes });
    if (!isUp) this.#loseIpv6(name);
  }

  /** Removes an interface with its addresses. */
  unlink(name: string): void {
    this.#links.delete(name);
    this.#addresses = this.#addresses.filter(({ device }) => device !== name);
  }

  /** Pulls the cable out of an interface, or puts it in. */
  plug(name: string, hasCable: boolean): void {
    this.#linkNamed(name).hasCable = hasCable;
  }

  /** Sets an interface up or down. One that goes down loses its addresses of IPv6. @throws KernelRefusal */
  setUp(name: string, isUp: boolean): void {
    const link = this.#linkNamed(name);
    link.isUp = isUp;
    if (!isUp) this.#loseIpv6(link.name);
  }

  /** The interface of this name or altname; undefined if there is none. */
  findLink(name: string): Readonly<FakeLink> | undefined {
    return this.#links.get(name) ?? [...this.#links.values()].find(({ altnames }) => altnames.includes(name));
  }

  /** Puts an address on an interface. @throws KernelRefusal */
  add({ iface, ip, maskBits }: PublicAddress): void {
    const { name: device } = this.#linkNamed(iface);
    const isThere = this.#addresses.some(
      (other) => other.device === device && other.ip === ip && (isIpv6(ip) || other.maskBits === maskBits),
    );
    if (isThere)
      throw new KernelRefusal(
        isIpv6(ip) ? 'RTNETLINK answers: File exists' : 'Error: ipv4: Address already assigned.',
      );
    const isDetected = isIpv6(ip) && device !== 'lo';
    const detectedAtMs = isDetected ? { detectedAtMs: this.#clock.elapsedMs + detectionMs } : {};
    const isSecondary = this.#addresses.some(
      (other) => other.device === device && isInSameSubnet(other, { ip, maskBits }),
    );
    const made = { device, ip, maskBits, isSecondary, ...detectedAtMs };
    if (isSecondary || isIpv6(ip)) this.#addresses.push(made);
    else this.#addresses.splice(this.#afterPrimaries(device), 0, made);
  }

  /**
   * Takes one address off one interface. With the first of a subnet the others of it go, unless the interface promotes them.
   *
   * @throws KernelRefusal
   */
  remove(device: string, ip: string, maskBits: number): void {
    const { name, promotes } = this.#linkNamed(device);
    const at = this.#addresses.findIndex(
      (other) => other.device === name && other.ip === ip && other.maskBits === maskBits,
    );
    const [gone] = at === -1 ? [] : this.#addresses.splice(at, 1);
    if (gone === undefined)
      throw new KernelRefusal(`Error: ${isIpv6(ip) ? 'ipv6: address' : 'ipv4: Address'} not found.`);
    if (gone.isSecondary || isIpv6(ip)) return;
    const isOther = (other: KernelAddress): boolean => other.device === name && isInSameSubnet(other, gone);
    if (promotes) this.#promote(this.#addresses.findIndex(isOther));
    else this.#addresses = this.#addresses.filter((other) => !isOther(other));
  }

  /** Has an interface promote secondary addresses from now on. */
  promoteSecondaries(device: string): void {
    const link = this.findLink(device);
    if (link !== undefined) this.#linkNamed(link.name).promotes = true;
  }

  /** Takes an address off wherever it is, and leaves all others. Answers the interfaces. */
  removeAll(ip: string): readonly string[] {
    const places = this.find(ip);
    for (const { device, maskBits } of places) {
      this.promoteSecondaries(device);
      this.remove(device, ip, maskBits);
    }
    return places.map(({ device }) => device);
  }

  #promote(at: number): void {
    const [promoted] = at === -1 ? [] : this.#addresses.splice(at, 1);
    if (promoted !== undefined)
      this.#addresses.splice(this.#afterPrimaries(promoted.device), 0, { ...promoted, isSecondary: false });
  }

  /** Where the next primary address of an interface comes: after its other ones, and before the secondary ones. */
  #afterPrimaries(device: string): number {
    const first = this.#addresses.findIndex((other) => other.device === device && other.isSecondary);
    return first === -1 ? this.#addresses.length : first;
  }

  /** All places of an address, by the order of their interfaces. */
  find(ip: string): readonly KernelAddress[] {
    return this.#inOrder(this.#addresses.filter((address) => address.ip === ip));
  }

  /** All addresses, those of IPv4 first and by the order of their interfaces, as the kernel lists them. */
  get addresses(): readonly NamedAddress[] {
    return this.#inOrder(this.#addresses).map(({ device, ip, maskBits }) => {
      const altnames = this.#links.get(device)?.altnames ?? [];
      return { iface: device, ip, maskBits, ...(altnames.length > 0 && { altnames }) };
    });
  }

  #inOrder(addresses: readonly KernelAddress[]): readonly KernelAddress[] {
    const order = [...this.#links.keys()];
    return addresses.toSorted(
      (one, other) =>
        Number(isIpv6(one.ip)) - Number(isIpv6(other.ip)) ||
        order.indexOf(one.device) - order.indexOf(other.device),
    );
  }

  /** Somebody else in the network has an address of IPv6: detection finds a duplicate. */
  isElsewhere(ip: string): void {
    this.#elsewhere.add(ip);
  }

  /** The state of an address of this node. */
  stateOf({ ip, detectedAtMs, device }: KernelAddress): 'usable' | 'tentative' | 'duplicate' {
    if (detectedAtMs === undefined) return 'usable';
    if (this.#links.get(device)?.isUp !== true || this.#clock.elapsedMs < detectedAtMs) return 'tentative';
    return this.#elsewhere.has(ip) ? 'duplicate' : 'usable';
  }

  /** A client connects to an address of this node. Undefined, as for a client that is not answered, if it is not here or is blocked. */
  connect(ip: string, port: number, client = '192.0.2.9'): KernelConnection | undefined {
    if (this.blocked.has(ip) || this.find(ip).length === 0) return undefined;
    this.#ports += 1;
    const made = { ip, port, server: endOf(ip, port), client: endOf(client, this.#ports) };
    this.#connections.push(made);
    return made;
  }

  /** The connections to an address, or all. */
  connections(ip?: string): readonly KernelConnection[] {
    return ip === undefined ? [...this.#connections] : this.#connections.filter((each) => each.ip === ip);
  }

  /** Ends connections, and tells their clients or not. */
  end(connections: readonly KernelConnection[], isClientTold: boolean): void {
    const gone = new Set<KernelConnection>(connections);
    this.#connections = this.#connections.filter((each) => !gone.has(each));
    for (const { server, client } of gone) this.#ended.push({ server, client, isClientTold });
  }

  /** The connections that were reset, in their order. */
  get ended(): readonly EndedConnection[] {
    return this.#ended;
  }

  #linkNamed(name: string): FakeLink {
    const link = this.findLink(name);
    if (link === undefined) throw new KernelRefusal(`Cannot find device "${name}"`);
    return link;
  }

  #loseIpv6(device: string): void {
    this.#addresses = this.#addresses.filter((each) => each.device !== device || !isIpv6(each.ip));
  }
}

function isInSameSubnet(
  one: Pick<KernelAddress, 'ip' | 'maskBits'>,
  other: Pick<KernelAddress, 'ip' | 'maskBits'>,
): boolean {
  if (isIpv6(one.ip) || isIpv6(other.ip) || one.maskBits !== other.maskBits) return false;
  const host = 2 ** (32 - one.maskBits);
  return Math.floor(numberOf(one.ip) / host) === Math.floor(numberOf(other.ip) / host);
}

const numberOf = (ipv4: string): number => ipv4.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

const endOf = (ip: string, port: number): string => {
  const text = canonicalIp(ip) ?? ip;
  return isIpv6(text) ? `[${text}]:${port}` : `${text}:${port}`;
};
