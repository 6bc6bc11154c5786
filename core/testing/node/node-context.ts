import type { Release } from '../../ctdb-installation/release.ts';
import type { NetworkName } from '../../network/network.ts';
import type { FindTcpReset } from '../../network/tcp-reset.ts';
import type { Context, ReplacedScript, SampleAnswer } from '../../plugin-api/context.ts';
import { Stopped } from '../../process/stop-signal.ts';
import type { ContextRequest } from '../../run/context/create-context.ts';
import type { Caller } from '../world/caller.ts';
import { createFakeNetwork } from '../world/network.ts';
import { fakePaths, type World } from '../world/world.ts';

/** What a context of a fake node is made from, beside what the runner asks for. */
export interface NodeContextSetting {
  readonly world: World;
  readonly caller: Caller;
  readonly options: unknown;
  readonly environment: Context['environment'];
  readonly release: Release;
  /** Whether the test named the release. */
  readonly isReleaseNamed: boolean;
  readonly networkName: NetworkName;
  readonly findTcpReset: FindTcpReset;
}

/** Makes what a handler gets: the fake world, by the same members as on a node. */
export const createNodeContext = (request: ContextRequest, setting: NodeContextSetting): Context =>
  new NodeContext(request, setting);

class NodeContext implements Context {
  readonly #request: ContextRequest;
  readonly #setting: NodeContextSetting;
  readonly options: Context['options'];
  readonly environment: Context['environment'];
  readonly signal: AbortSignal;
  readonly paths = fakePaths;
  readonly release: Release;
  readonly now: Context['now'];
  readonly monotonicMs: Context['monotonicMs'];
  #commands: Pick<Context, 'run' | 'act'> | undefined;
  #ownFiles: Context['files'] | undefined;
  #ownNetwork: Context['network'] | undefined;
  #ownCtdb: Context['ctdb'] | undefined;

  constructor(request: ContextRequest, setting: NodeContextSetting) {
    this.#request = request;
    this.#setting = setting;
    this.options = setting.options;
    this.environment = setting.environment;
    this.signal = request.signal;
    this.release = setting.release;
    this.now = setting.world.clock.now;
    this.monotonicMs = setting.world.clock.monotonicMs;
  }

  readonly log = (text: string): void => {
    if (this.#setting.caller.isAlive()) this.#request.output.addLine(text);
  };

  readonly sleep: Context['sleep'] = (timeMs) => this.#setting.world.clock.sleep(timeMs, this.signal);

  readonly addresses: Context['addresses'] = () => this.#request.ledgerAccess.held();

  readonly platform: Context['platform'] = () => Promise.resolve(this.#setting.world.platform);

  /** As on a node where CTDB's own script is not installed: the newest behaviour, unless the test names a release. */
  readonly replaced: ReplacedScript = {
    says: (_text, [major, minor]) => this.#setting.isReleaseNamed && !this.release.isFrom(major, minor + 1),
    saysSince: (_text, [major, minor]) => !this.#setting.isReleaseNamed || this.release.isFrom(major, minor),
    find: () => undefined,
  };

  get run(): Context['run'] {
    return this.#both.run;
  }

  get act(): Context['act'] {
    return this.#both.act;
  }

  get files(): Context['files'] {
    return (this.#ownFiles ??= this.#setting.world.files.filesFor(this.#setting.caller));
  }

  get edit(): Context['edit'] {
    return this.#setting.world.files.editFor(this.#setting.caller);
  }

  get service(): Context['service'] {
    return this.#setting.world.services.for(this.#setting.caller);
  }

  get rpc(): Context['rpc'] {
    return this.#setting.world.rpc.for(this.#setting.caller);
  }

  get checkTcpPort(): Context['checkTcpPort'] {
    return this.#setting.world.ports.for(this.#setting.caller);
  }

  get state(): Context['state'] {
    return this.#request.memory.state;
  }

  get network(): Context['network'] {
    const { world, caller, networkName: name, findTcpReset } = this.#setting;
    const { kernel, clock, faults } = world;
    this.#ownNetwork ??= this.#request.effects.watch(
      createFakeNetwork({ kernel, clock, faults, caller, name, findTcpReset }),
    );
    return this.#ownNetwork;
  }

  get ctdb(): Context['ctdb'] {
    return (this.#ownCtdb ??= this.#setting.world.ctdb.for(this.#setting.caller));
  }

  /** On the spot, as in a process for one event. A check that takes too long is late. */
  readonly sample: Context['sample'] = async (_name, limits, probe) => {
    const { clock } = this.#setting.world;
    this.signal.throwIfAborted();
    const since = new Date(clock.now());
    const stop = new AbortController();
    const cancel = clock.schedule(
      limits.timeoutMs,
      () => {
        stop.abort(new Stopped('timed-out'));
      },
      { isLimit: true },
    );
    const passOn = (): void => {
      stop.abort(this.signal.reason);
    };
    this.signal.addEventListener('abort', passOn);
    try {
      const answer = await probe(this.#probe(stop.signal));
      if (stop.signal.aborted) throw stop.signal.reason;
      return answered(answer, since);
    } catch (error) {
      this.signal.throwIfAborted();
      if (error instanceof Stopped && error.why === 'timed-out') return { kind: 'late', since };
      throw error;
    } finally {
      cancel();
      this.signal.removeEventListener('abort', passOn);
    }
  };

  #probe(signal: AbortSignal): Parameters<Parameters<Context['sample']>[2]>[0] {
    const { world, caller, environment } = this.#setting;
    const own: Caller = { ...caller, signal };
    const files = world.files.filesFor(own);
    return {
      signal,
      run: world.commands.for(own, environment).run,
      rpc: world.rpc.for(own),
      findDirectories: async (paths) => {
        const missing: string[] = [];
        for (const path of paths)
          if ((await files.findMissingDirectory([path])) !== undefined) missing.push(path);
        return { missing, stuck: [] };
      },
    };
  }

  get #both(): Pick<Context, 'run' | 'act'> {
    const { world, caller, environment } = this.#setting;
    return (this.#commands ??= world.commands.for(caller, environment));
  }
}

const answered = <A extends SampleAnswer>(answer: A, since: Date) =>
  answer.ok ? { kind: 'answered' as const, answer } : { kind: 'answered' as const, answer, since };
