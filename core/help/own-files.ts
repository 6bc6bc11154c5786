/** The files of ctdb-hook, with what each is. bin/README.md has the same. */
export const ownFiles: readonly (readonly [string, string])[] = [
  ['/etc/ctdb/events/legacy/NN.name.ts', 'plugins; also .mts, .js and .mjs'],
  ['/etc/ctdb/script.options, NN.name.options', "options, for CTDB's scripts and plugins alike"],
  [
    '/run/ctdb-hook',
    'the ledger (which addresses were on this node, and which of them each plugin was told of) and what plugins remember. A damaged one is renamed, and the log says so',
  ],
  [
    '/var/cache/ctdb-hook',
    "compiled code, the answers of CTDB's programs about paths and release, and the last good versions of plugins and options",
  ],
  ['/var/lib/ctdb-hook/history', 'what was run'],
  [
    '/usr/lib/ctdb-hook, /opt/ctdb-hook',
    'of a package, of a tarball: a link to the version that counts, whose folder is beside it',
  ],
  ['ctdb-eventd, ctdb-eventd.stock', "in CTDB's helper directory: our starter, and CTDB's own"],
  ['the log', 'where CTDB logs, in its format'],
];
