import { parsePublicAddresses, type PublicAddresses } from '../../ctdb-config/public-addresses.ts';
import { printedAnswer } from '../../ctdbd-client/control-answer.ts';
import { events, isEventName } from '../../events/events.ts';
import type { Connection } from '../../network/network.ts';
import type { ActOptions, Context } from '../../plugin-api/context.ts';
import type { CommandOutcome } from '../../process/command-outcome.ts';
import { tableRows } from '../../ctdb-output/table-rows.ts';
import { type Caller, refuse } from './caller.ts';
import type { Called, Faults } from './faults.ts';
import type { FakeFiles } from './file-system.ts';
import type { VirtualClock } from './virtual-clock.ts';
import { failedOutcome, inOneStream, outcomeOf, type OutcomeGiven } from './outcome.ts';

/** Where CTDB's configuration is on a fake node. */
export const fakeBase = '/etc/ctdb';

const publicAddressesPath = `${fakeBase}/public_addresses`;

/** What ctdbd of a fake node knows. */
export class FakeCtdbd {
  readonly #clock: VirtualClock;
  readonly #faults: Faults;
  readonly #toTell = new Map<string, readonly (() => void)[]>();
  readonly #files: FakeFiles;
  readonly #declared: { readonly words: readonly string[]; readonly answer: OutcomeGiven }[] = [];
  readonly #parsed = new Map<string, PublicAddresses>();
  /** The number of this node. */
  readonly pnn: number;
  /** Which node has which public address, as all nodes know it. Several fake nodes may share it. */
  readonly hosts: Map<string, number>;
  /** What ctdbd was told of interfaces. */
  readonly ifaces = new Map<string, 'up' | 'down'>();
  /** The connections that ctdbd knows of each address, as `CLIENT SERVER`. */
  readonly tickles = new Map<string, Set<string>>();
  /** The connections that the node was told of which takes an address next. */
  readonly nextNodeKnows = new Map<string, readonly Connection[]>();
  /** What all nodes were told again of connections, and when by the node's clock, in milliseconds. */
  readonly toldAgain: {
    readonly ip: string;
    readonly connections: readonly Connection[];
    readonly atMs: number;
  }[] = [];
  /** Whether there is another node that can take addresses. */
  hasOtherNodes = false;

  constructor(
    clock: VirtualClock,
    faults: Faults,
    files: FakeFiles,
    pnn: number,
    hosts: Map<string, number>,
  ) {
    this.#clock = clock;
    this.#faults = faults;
    this.#files = files;
    this.pnn = pnn;
    this.hosts = hosts;
  }

  /** Says what `ctdb WORDS...` answers, where the fake does not know it or should say something else. */
  on(words: readonly string[], answer: OutcomeGiven): void {
    this.#declared.unshift({ words, answer });
  }

  /** The lines of the node's public_addresses file; undefined if there is none. */
  publicAddresses(): PublicAddresses | undefined {
    const text = this.#files.get(publicAddressesPath);
    if (text === undefined) return undefined;
    const parsed = this.#parsed.get(text) ?? parsePublicAddresses(text, publicAddressesPath);
    this.#parsed.clear();
    this.#parsed.set(text, parsed);
    return parsed;
  }

  /** Adds a line to the public_addresses file, unless it names the address. */
  addPublicAddress(ip: string, maskBits: number, iface: string): void {
    if (this.publicAddresses()?.ips.includes(ip) === true) return;
    const text = this.#files.get(publicAddressesPath) ?? '';
    this.#files.set(publicAddressesPath, `${text}${ip}/${maskBits} ${iface}\n`);
  }

  /** `ctdb` of a plugin. */
  for(caller: Caller, show: Caller['show'] = caller.show): Context['ctdb'] {
    const call = (args: readonly string[], isChange: boolean, input = ''): Promise<CommandOutcome> => {
      const called: Called<CommandOutcome> = {
        words: ['ctdb', ...args],
        isChange,
        work: () => outcomeOf(this.answer(caller, args, input)),
        failed: failedOutcome,
      };
      return this.#faults.call(caller, called);
    };
    const askRows: Context['ctdb']['askRows'] = async (...args) => {
      const { ok, stdout, stderr } = await call(['-X', ...args], false);
      if (stderr !== '') caller.log(stderr);
      return ok ? tableRows(stdout).map(({ cells }) => cells) : undefined;
    };
    const publicAddresses = (): Promise<PublicAddresses | undefined> =>
      this.#faults.call(caller, {
        words: ['file', 'read', publicAddressesPath],
        isChange: false,
        work: () => this.publicAddresses(),
        failed: (as) => {
          throw new Error(
            `${publicAddressesPath}: cannot be read: ${typeof as === 'string' ? as : 'EACCES'}`,
          );
        },
      });
    return {
      command: 'ctdb',
      ask: (...args) => call(args, false),
      askRows,
      async tell(args, { quiet = false, input }: ActOptions = {}) {
        const outcome = await call(args, true, input);
        if (quiet) return outcome;
        const shown = inOneStream(outcome);
        show(shown.stdout);
        return shown;
      },
      tellNextNode: (ip, connections) => this.#tellNext(caller, ip, connections),
      tellNextNodeAgain: (ip, connections, afterMs) => {
        this.#stopTelling(ip);
        this.#toTell.set(
          ip,
          afterMs.map((ms) =>
            this.#clock.schedule(ms, () => {
              this.toldAgain.push({ ip, connections, atMs: this.#clock.elapsedMs });
            }),
          ),
        );
      },
      stopTelling: (ip) => {
        this.#stopTelling(ip);
      },
      publicAddresses,
      async publicInterfaces() {
        const configured = (await publicAddresses())?.addresses.flatMap(({ ifaces }) => ifaces) ?? [];
        const known = (await askRows('ifaces')) ?? [];
        return [...new Set([...configured, ...known.flatMap(([name]) => name ?? [])])].sort();
      },
    };
  }

  /** What the command answers. */
  answer(caller: Caller, args: readonly string[], input: string): OutcomeGiven {
    const declared = this.#declared.find(
      ({ words }) => words.length === args.length && words.every((word, at) => word === args[at]),
    );
    if (declared !== undefined) return declared.answer;
    const { event } = caller;
    if (isEventName(event) && !events[event].ctdbWorks) return notListening;
    const answer = this.#asked(args) ?? this.#told(args, input);
    if (answer !== undefined) return answer;
    return refuse(
      caller,
      `called "ctdb ${args.join(' ')}"`,
      `node.ctdb.on([${args.map((word) => `'${word}'`).join(', ')}], { stdout: '' })`,
    );
  }

  #stopTelling(ip: string): void {
    for (const cancel of this.#toTell.get(ip) ?? []) cancel();
    this.#toTell.delete(ip);
  }

  #tellNext(caller: Caller, ip: string, connections: readonly Connection[]) {
    return this.#faults.call(caller, {
      words: ['ctdb', 'tellNextNode', ip],
      isChange: this.hasOtherNodes,
      work: (): { readonly isTold: boolean } => {
        if (this.hasOtherNodes) this.nextNodeKnows.set(ip, connections);
        return { isTold: this.hasOtherNodes };
      },
      failed: (as) => ({ isTold: false, why: typeof as === 'string' ? as : 'node 1 did not take the list' }),
    });
  }

  #asked([first, second, ip = '', port]: readonly string[]): OutcomeGiven | undefined {
    if (first === 'pnn' && second === undefined) return { stdout: `${this.pnn}\n` };
    if (first !== '-X') return undefined;
    if (second === 'ip') return table(['Public IP', 'Node'], this.#ips());
    if (second === 'ifaces')
      return table(
        ['Name', 'LinkStatus', 'References'],
        [...this.#ifaceStates()].map(([name, state]) => [name, state === 'up' ? '1' : '0', '1']),
      );
    if (second === 'gettickles')
      return table(['Source IP', 'Port', 'Destiation IP', 'Port'], this.#tickleRows(ip, port));
    return undefined;
  }

  #told([first = '', ip = '', state]: readonly string[], input: string): OutcomeGiven | undefined {
    switch (first) {
      case 'setifacelink': {
        const known = this.#ifaceStates();
        if (!known.has(ip)) return { code: 1, stderr: `Failed to set link state for interface ${ip}\n` };
        if (state === 'up' || state === 'down') this.ifaces.set(ip, state);
        return {};
      }
      case 'addtickle':
      case 'deltickle':
        for (const line of input.split('\n')) this.#changeTickle(first, line);
        return {};
      case 'gratarp':
      case 'tickle':
      case 'setvar':
      case 'attach':
        return {};
      default:
        return undefined;
    }
  }

  #changeTickle(verb: 'addtickle' | 'deltickle', line: string): void {
    const [client, server] = line.split(' ');
    if (client === undefined || server === undefined) return;
    const ip = server.replace(/:\d+$/, '');
    const known = this.tickles.get(ip) ?? new Set();
    if (verb === 'addtickle') known.add(line);
    else known.delete(line);
    this.tickles.set(ip, known);
  }

  #tickleRows(ip: string, port: string | undefined): readonly (readonly string[])[] {
    return [...(this.tickles.get(ip) ?? [])]
      .map((line) => line.split(' ').flatMap((end) => /^(.*):(\d+)$/.exec(end)?.slice(1) ?? []))
      .filter((cells) => port === undefined || cells[3] === port);
  }

  #ips(): readonly (readonly string[])[] {
    const listed = this.publicAddresses()?.addresses ?? [];
    return listed.map(({ ip }) => [ip, `${this.hosts.get(ip) ?? -1}`]);
  }

  #ifaceStates(): ReadonlyMap<string, 'up' | 'down'> {
    const names = new Set(this.publicAddresses()?.addresses.flatMap(({ ifaces }) => ifaces));
    return new Map([...names].sort().map((name) => [name, this.ifaces.get(name) ?? 'up']));
  }
}

const table = (heading: readonly string[], rows: readonly (readonly string[])[]): OutcomeGiven => ({
  stdout: printedAnswer({ heading, rows }),
});

/** What `ctdb pnn` of CTDB 4.17.12 (Debian 12) says while no ctdbd listens; recorded. */
const notListening: OutcomeGiven = {
  code: 1,
  stderr: 'connect() failed, errno=2\nFailed to connect to CTDB daemon (/run/ctdb/ctdbd.socket)\n',
};
