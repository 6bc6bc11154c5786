/** What may be broken on a node, for real. */
export interface Fault {
  /** Breaks it, in shell: BASE is CTDB_BASE, EVENTS the event directory, PACKAGE where ctdb-hook is. */
  readonly shell?: string;
  /** What the processes that run events, and all that they start, get no more of. */
  readonly lacks?: 'memory' | 'descriptors' | 'privileges';
  /** Whether plugin hosts die of it, as when the kernel ends what is largest. */
  readonly endsHosts?: boolean;
}

const readOnly = (path: string): string =>
  `mount -n --bind ${path} ${path}; mount -n -o remount,bind,ro ${path}\n`;

const full = (path: string): string =>
  `dd if=/dev/zero of=${path}/filler bs=64k 2>/dev/null || true; dd if=/dev/zero of=${path}/filler2 bs=1 2>/dev/null || true\n`;

/** Each kind of trouble that has cost a node its place, or could. */
export const faults = {
  'full disk': { shell: full('$BASE/var') + full('$BASE/run/ctdb-hook') },
  'read-only disk': { shell: readOnly('$BASE/var') + readOnly('$BASE/run/ctdb-hook') },
  'unreadable and unwritable state directory': {
    shell: 'chmod 0 $BASE/var/scripts $BASE/var/cache $BASE/run/ctdb-hook',
    lacks: 'privileges',
  },
  'wrong owner': { shell: 'chown -R 65533:65533 $BASE' },
  'broken options file': { shell: 'printf "WEB_PORT=eighty\\nif\\n" >$BASE/script.options' },
  'broken ctdb.conf': {
    shell: 'printf "[logging]\\n\\tlocation = nowhere\\nthis is none\\n" >$BASE/ctdb.conf',
  },
  'broken public_addresses': {
    shell: 'printf "10.0.0.3/240 v0\\n10.0.0.4/24\\nnonsense\\n" >>$BASE/public_addresses',
  },
  'plugin that does not load': { shell: 'echo "this is no plugin" >$BASE/elsewhere/60.web.ts' },
  'plugin file gone': { shell: 'rm -r $BASE/elsewhere' },
  'package files being replaced': {
    shell:
      'cd $PACKAGE; rm -r dist/plugins dist/hook.js; head -c 4096 dist/hook-main.js >cut; mv cut dist/hook-main.js; mv dist/host-main.js x',
  },
  'package’s Node being replaced': {
    shell: 'cd $PACKAGE/node_modules/node-linux-*/bin; head -c 65536 node >cut; chmod 755 cut; mv cut node',
  },
  'package gone': { shell: 'mount -n -t tmpfs gone $PACKAGE' },
  'ledger unusable': { shell: 'cd $BASE/run/ctdb-hook; rm -rf ledger*; mkdir -p ledger.sqlite/x' },
  'no memory': { lacks: 'memory', endsHosts: true },
  'no descriptors': { lacks: 'descriptors' },
  'no ctdb': { shell: 'rm $BASE/bin/ctdb /usr/bin/ctdb' },
  'no ip': { shell: 'rm /usr/bin/ip /usr/sbin/ip' },
  'no nft': { shell: 'rm /usr/sbin/nft' },
  'no koffi': {
    shell: 'rm -rf $PACKAGE/node_modules/koffi $PACKAGE/node_modules/@koromix',
    endsHosts: true,
  },
} as const satisfies Readonly<Record<string, Fault>>;

/** The name of one. */
export type FaultName = keyof typeof faults;
