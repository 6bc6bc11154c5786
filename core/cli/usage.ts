/** What `ctdb-hook --help` says. */
export const usage = `Usage: ctdb-hook COMMAND

Runs the events of a CTDB cluster node: TypeScript plugins and legacy shell scripts in one NN order.

Commands
  run EVENT [ARG ...]      run an event through all entries of an event directory
      --dir DIRECTORY      the event directory (default: events/legacy, else events.d, below CTDB_BASE)
      --convention NAME    how its scripts are named: legacy (NN.name.script) or events.d (NN.name)
      --timeout SECONDS    deadline of the whole event (default: CTDB_HOOK_TIMEOUT, else 20; 0: none)
      --timeline           show each entry with its duration and result
      --json               show the run as JSON, and nothing else
  list                     show the entries of an event directory in their order, and why one does not run
      --dir, --convention  as for run
  reconcile                show public addresses of which ledger, kernel and ctdb do not say the same
      --mend               have that mended: by a takeover run, and an ipreallocated
  events                   show all events, with what ctdbd makes of them
      --markdown           as the table in README.md
  --help, --version

Called as NN.name.script, through a link in an event directory, it runs that plugin alone: NN.name.ts beside the link,
else the built-in plugin of that name.

Exit status: 0, or 1 if an event failed or something is wrong; reconcile ends with 2 if there are differences (left).
`;
