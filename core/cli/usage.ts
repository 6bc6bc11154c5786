/** The text of `ctdb-hook --help`. */
export const usage = `Usage: ctdb-hook COMMAND

Runs the events of a CTDB cluster node: TypeScript plugins and legacy shell scripts in one NN order.

Commands
  run EVENT [ARG ...]      run an event through all entries of an event directory
      --dir DIRECTORY      the event directory (default: events/legacy, else events.d, below CTDB_BASE)
      --convention NAME    how its scripts are named: legacy (NN.name.script) or events.d (NN.name)
      --timeout SECONDS    deadline of the whole event (default: CTDB_HOOK_TIMEOUT, else 20; 0: none)
      --timeline           show each entry with its duration and result
      --json               show the run as JSON, and nothing else
  switch on|off            have ctdbd start ctdb-hook's event daemon, or CTDB's own again, through all updates of CTDB;
                           what was there before comes back as it was
      --dry-run            say what would be done, and do nothing
      --restart            restart ctdb if that is due
  before-start             for ctdb.service, where switch on has it done: make the switch again if an update has undone it,
                           and the directory in which ctdbd listens
  after-stop               the same: take off the public addresses that a ctdbd which was killed has left
  list                     show which event daemon runs, the entries of an event directory in their order, why one does
                           not run, and which options of plugins are wrong
      --dir, --convention  as for run
  status                   show how this node is: which event daemon runs, since when monitor fails and why, what each
                           entry took at the last monitor and usually takes, what is wrong
      --json               as JSON
  history                  show the runs of this node, and what the event daemon said: by default of the last day
      --since, --until T   a time: 2026-11-30, 2026-11-30T03:00, 03:00 (the last one), or 90s, 30m, 12h, 7d (ago)
      --event NAME, --entry NN.name, --failed, --slower MS
                           only such runs
      --entries            add up what each entry took at each event
      --json               one JSON object a line
  script link NN.name ...  under CTDB's own event daemon: have NN.name.script be a link to ctdb-hook, through all updates
  script disable NN.name ...  have no such script, through all updates
  script restore NN.name ...  have what CTDB has there
      --dry-run            as for switch
  give-up NN.name ...      have the last good version of a plugin that does not load go on no longer
      --dir, --convention  as for run
  reconcile                show public addresses of which ledger, kernel and ctdb do not say the same
      --mend               have that mended: by a takeover run, and an ipreallocated
  events                   show all events, with what ctdbd makes of them
      --markdown           as the table in plugins/README.md
  node [ARG ...]           run the Node that came with ctdb-hook, as for the tests of plugins
  --help, --version

Called as NN.name.script, through a link in an event directory, it runs that plugin alone: NN.name.ts beside the link,
else the built-in plugin of that name.

Exit status: 0, or 1 if an event failed or something is wrong. reconcile ends with 2 if there are differences (left);
list with 2 if the event daemon that runs does not run a plugin that is enabled, or another version of ctdb-hook runs than
is installed, and with 3 if none runs; else with 1 if a plugin does not load or an entry is wrong. status ends with 1 if
something is wrong or a restart is due, with 2 if monitor fails or ctdb-hook's event daemon does not run, with 3 if that
is not known.
`;
