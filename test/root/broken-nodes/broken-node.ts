import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../core/package/package-root.ts';
import { hookOf, scriptStarterPath, scriptStarterText } from '../../../core/switch/script-starter.ts';
import { EventdNode, type EventdStart } from '../../support/eventd-node.ts';
import { ctdb } from '../../support/installed-ctdb.ts';
import { Talker } from '../../support/namespace.ts';
import { plant } from '../../support/temporary-directory.ts';
import { leftOver, publicAddresses } from './events-of-a-node.ts';

/** A plugin that handles every event, with an option: what is broken about it concerns no other. */
const web = `
import { definePlugin, healthy, option } from 'ctdb-hook';
import * as z from 'zod';
const say = (event, { options, log }) => { log(event.name + ' with port ' + options.WEB_PORT); };
export default definePlugin({
  options: z.object({ WEB_PORT: option.wholeNumber(80) }),
  init: say, setup: say, startup: say, shutdown: say, startrecovery: say, recovered: say,
  startipreallocate: say, takeip: say, releaseip: say, updateip: say, ipreallocated: say,
  monitor(event, context) { say(event, context); return healthy; },
});
`;

/** How an event is run on a node: by a daemon that it loads, by links under CTDB's own daemon, or by `ctdb-hook run`. */
export type WayToRun = 'daemon' | 'link' | 'run';

/**
 * A node of its own: a network with interfaces v0 and w0, and mounts of its own, in which everything of the computer may be
 * broken. Its state is on two small file systems; what it changes of the package and of the system's programs stays in memory.
 */
export class BrokenNode {
  readonly eventd = new EventdNode();
  readonly #mode: WayToRun;
  readonly #holder: Talker;
  #without: readonly string[] = [];

  private constructor(mode: WayToRun, holder: Talker) {
    this.#mode = mode;
    this.#holder = holder;
  }

  static async make(mode: WayToRun): Promise<BrokenNode> {
    const holder = new Talker(['unshare', '--net', '--mount', 'sh', '-c', 'echo up; exec sleep 600']);
    await holder.says('up');
    const node = new BrokenNode(mode, holder);
    node.#layOut();
    node.sh(`
      for layered in /usr/bin /usr/sbin $PACKAGE; do
        mkdir -p $BASE/layers/$layered
        mount -n -t tmpfs layer $BASE/layers/$layered
        mkdir $BASE/layers/$layered/upper $BASE/layers/$layered/work
        mount -n -t overlay -o lowerdir=$layered,upperdir=$BASE/layers/$layered/upper,workdir=$BASE/layers/$layered/work layer $layered
      done
      mount -n -t tmpfs -o size=32m,mode=0755 state $BASE/var
      mkdir -m 0700 $BASE/run/ctdb-hook $BASE/var/cache
      mkdir $BASE/var/scripts
      mount -n -t tmpfs -o size=32m,mode=0700 state $BASE/run/ctdb-hook
      ip link set lo up
      for letter in v w; do
        ip link add "$letter"0 type veth peer name "$letter"1
        ip link set "$letter"0 up
        ip link set "$letter"1 up
      done
      ip addr add 10.0.0.100/24 dev v0
      ip addr add ${leftOver.ip}/${leftOver.maskBits} dev ${leftOver.iface}
    `);
    return node;
  }

  get environment(): Readonly<Record<string, string>> {
    const { base } = this.eventd;
    return {
      PATH: `${base}/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
      STUB_STATE: join(base, 'ctdbd'),
      CTDB_TEST_MODE: '1',
      CTDB_BASE: base,
      CTDB_SCRIPT_VARDIR: join(base, 'var/scripts'),
      CTDB_HELPER_BINDIR: ctdb.helperDir,
      CTDB_HOOK_RELEASE: '4.17',
    };
  }

  /** What goes before a program that is to run on the node. */
  get before(): readonly string[] {
    return ['/usr/bin/nsenter', '-t', String(this.#holder.pid), '-n', '-m', ...this.#without];
  }

  /** Has what is started from now on be root as within limits: modes count for it. */
  dropPrivileges(): void {
    this.#without = ['/usr/bin/setpriv', '--bounding-set=-dac_override,-dac_read_search'];
  }

  /** How its daemon is started. */
  get start(): EventdStart {
    return { before: this.before, environment: this.environment };
  }

  /** Runs shell commands on the node, with BASE, EVENTS and PACKAGE set. @throws Error if one fails. */
  sh(commands: string): string {
    const enter = ['-t', String(this.#holder.pid), '-n', '-m'];
    return execFileSync('/usr/bin/nsenter', [...enter, '/bin/sh', '-ec', commands], {
      encoding: 'utf8',
      env: {
        PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
        BASE: this.eventd.base,
        EVENTS: this.eventd.events,
        PACKAGE: packageRoot,
      },
    });
  }

  /** Waits for the resident host that an event without our daemon has left behind. */
  hostIsReady(): void {
    const waits = 'until [ -p "$0/.ask" ] && [ ! -e "$0/.lock" ]; do sleep 0.05; done';
    this.sh(`timeout 30 sh -c '${waits}' $BASE/run/ctdb-hook/resident$EVENTS`);
  }

  /** Where the kernel has public addresses, `IP IFACE` each. */
  addresses(): readonly string[] {
    const shown = this.#ip('-4', '-o', 'addr', 'show');
    const all = [...shown.matchAll(/^\d+: (\S+) +inet ([\d.]+)\//gm)].map(
      ([, iface, ip]) => `${ip} ${iface}`,
    );
    return all.filter((each) => /^10\.0\.0\.[12] /.test(each)).sort();
  }

  /** By the computer's own ip, in the network alone: the node may have none. */
  #ip(...words: readonly string[]): string {
    const enter = ['-t', String(this.#holder.pid), '-n', 'ip', ...words];
    return execFileSync('/usr/bin/nsenter', enter, { encoding: 'utf8' });
  }

  #layOut(): void {
    const { eventd } = this;
    plant(eventd.base, {
      public_addresses: publicAddresses,
      'script.options': 'WEB_PORT=81\n',
      'ctdbd/pnn': '0\n',
      'ctdbd/public-ips': '10.0.0.2 0\n',
      'elsewhere/60.web.ts': { text: web, mode: 0o755 },
      'bin/.keep': '',
    });
    for (const name of ['ctdb', 'stub.sh']) {
      copyFileSync(join(packageRoot, 'test/support/stubs', name), eventd.path(`bin/${name}`));
      chmodSync(eventd.path(`bin/${name}`), 0o755);
    }
    symlinkSync('/etc/ctdb/functions', eventd.path('functions'));
    symlinkSync(eventd.path('elsewhere/60.web.ts'), join(eventd.events, '60.web.ts'));
    if (this.#mode === 'link')
      plant(eventd.base, {
        'ctdb-hook/bin/ctdb-hook': { text: scriptStarterText(hookOf(packageRoot)), mode: 0o755 },
      });
    const starter = scriptStarterPath(eventd.base);
    for (const name of ['00.ctdb', '10.interface'])
      if (this.#mode === 'link') symlinkSync(starter, join(eventd.events, `${name}.script`));
      else symlinkSync(join(packageRoot, 'plugins', name, 'plugin.ts'), join(eventd.events, `${name}.ts`));
    if (this.#mode === 'link') symlinkSync(starter, join(eventd.events, '60.web.script'));
  }
}
