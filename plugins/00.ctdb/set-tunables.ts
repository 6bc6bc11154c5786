import { Failure } from 'ctdb-hook';
import type { CtdbContext } from './options.ts';

/**
 * Sets the tunables of ctdb.tunables, a line `NAME=VALUE` each.
 *
 * @throws Failure at the first that ctdbd does not take.
 */
export async function setTunables({ ctdb, files, log, paths }: CtdbContext): Promise<void> {
  const text = (await files.read(`${paths.base}/ctdb.tunables`)) ?? '';
  // As in CTDB's script a last line without an end does not count.
  for (const line of text.split('\n').slice(0, -1)) {
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/.exec(line) ?? [];
    if (name === '' || name.startsWith('#')) continue;
    const { ok } = await ctdb.tell(['setvar', name, value]);
    if (!ok) {
      log(`Invalid tunable: ${name}=${value}`);
      throw new Failure('Aborting setup due to invalid configuration - fix typos, remove unknown tunables');
    }
    log(`Set ${name} to ${value}`);
  }
}
