import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../core/package/package-root.ts';
import { ctdb, helper } from '../support/installed-ctdb.ts';
import { isExecutable } from '../support/is-executable.ts';

/** The program under test, as it is installed. */
export const hook = join(packageRoot, 'bin/ctdb-hook');

/** The event daemon under test. */
export const eventd = join(packageRoot, 'bin/ctdb-eventd');

/** Where Debian's ctdb has its scripts and what they use. */
export const stock = {
  scripts: '/usr/share/ctdb/events/legacy',
  functions: '/etc/ctdb/functions',
  helpers: ctdb.helperDir,
  eventd: helper('ctdb-eventd'),
} as const;

/** The Node that bin/ctdb-hook starts. @throws Error if it is not installed. */
export function bareNode(): string {
  const [found] = globSync(join(packageRoot, 'node_modules/node-linux-*/bin/node')).filter(isExecutable);
  if (found === undefined)
    throw new Error(`No Node below ${packageRoot}/node_modules, expected node-linux-*`);
  return found;
}

/** Whether CTDB's own scripts can be measured here. */
export const hasStock = (): boolean =>
  ['10.interface', '50.samba', '60.nfs'].every((name) => existsSync(`${stock.scripts}/${name}.script`)) &&
  existsSync(stock.functions) &&
  existsSync(`${stock.helpers}/ctdb_killtcp`);
